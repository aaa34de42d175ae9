// expect: right
// Numbers of 16 bits.
#include <cuda_fp16.h>

#include <cstdio>

__global__ void axpy(int n, __half a, const __half* x, __half* y) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = __hadd(__hmul(a, x[i]), y[i]);
}
__global__ void pairs(const __half2* x, float* sums) {
  const __half2 doubled = __hadd2(x[threadIdx.x], x[threadIdx.x]);
  sums[threadIdx.x] = __low2float(doubled) + __half2float(__high2half(doubled));
}

int main() {
  const int n = 64;
  __half host[n], *x, *y;
  float sums[n / 2], *s;
  for (int i = 0; i < n; ++i) host[i] = __float2half(i * 0.25f);
  cudaMalloc(&x, sizeof host);
  cudaMalloc(&y, sizeof host);
  cudaMalloc(&s, sizeof sums);
  cudaMemcpy(x, host, sizeof host, cudaMemcpyHostToDevice);
  cudaMemcpy(y, host, sizeof host, cudaMemcpyHostToDevice);
  axpy<<<1, n>>>(n, __float2half(2), x, y);
  pairs<<<1, n / 2>>>(reinterpret_cast<const __half2*>(y), s);
  cudaMemcpy(sums, s, sizeof sums, cudaMemcpyDeviceToHost);
  for (int i = 0; i < n / 2; ++i)
    if (sums[i] != 2 * (0.75f * (2 * i) + 0.75f * (2 * i + 1))) return 1;
  return 0;
}
