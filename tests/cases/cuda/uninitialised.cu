// expect: wrong
// expect: uninitialised.cu:8: .*uninitialised
// expect: uninitialised.cu:9: .*uninitialised
// Reads of memory that was never written.
__global__ void sum(const float* x, float* y) {
  __shared__ float tile[64];
  if (threadIdx.x < 32) tile[threadIdx.x] = threadIdx.x;
  const float a = x[threadIdx.x];
  const float b = tile[threadIdx.x + 32];
  y[threadIdx.x] = a + b;
}

int main() {
  float *x, *y;
  cudaMalloc(&x, 32 * sizeof(float));
  cudaMalloc(&y, 32 * sizeof(float));
  sum<<<1, 32>>>(x, y);
}
