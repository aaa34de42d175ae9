// expect: wrong
// expect: async_copy.cu:(10|19): .*race.*into which cp.async is copying
// The tile is read before the copy has arrived: commit, and no wait.
#include <cstdio>

__global__ void reversed(const float* x, float* y) {
  __shared__ __align__(16) float tile[256];
  const int t = threadIdx.x;
  const unsigned to = (unsigned)__cvta_generic_to_shared(&tile[4 * t]);
  asm volatile("cp.async.ca.shared.global [%0], [%1], 16;" ::"r"(to), "l"(x + 4 * t));
  asm volatile("cp.async.commit_group;");
#ifdef RIGHT
  asm volatile("cp.async.wait_group 0;" ::: "memory");
#endif
  __syncthreads();
  // 64 threads, each with four numbers of the other end
  for (int q = 0; q < 4; ++q)
    y[4 * t + q] =
        tile[255 - 4 * t - q];
}

int main() {
  float *x, *y;
  cudaMalloc(&x, 1024);
  cudaMalloc(&y, 1024);
  cudaMemset(x, 0, 1024);
  reversed<<<1, 64>>>(x, y);
  return cudaDeviceSynchronize() != cudaSuccess;
}
