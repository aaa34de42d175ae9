// expect: wrong
// expect: warp_sum.cu:[67]: sum: race
// A warp's sum in shared memory without __syncwarp(), as it was written before Volta.
__device__ void sum_of_warp(float* s, int t) {
  for (int step = 16; step > 0; step /= 2) {
    const float other = s[t + step];
    s[t] = s[t] + other;
  }
}
__global__ void sum(float* x) {
  __shared__ float s[64];
  s[threadIdx.x] = x[threadIdx.x];
  s[threadIdx.x + 32] = 0;
  __syncwarp();
  sum_of_warp(s, threadIdx.x);
  x[threadIdx.x] = s[threadIdx.x];
}

int main() {
  float* x;
  cudaMalloc(&x, 32 * sizeof(float));
  cudaMemset(x, 0, 32 * sizeof(float));
  sum<<<1, 32>>>(x);
}
