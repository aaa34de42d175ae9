// expect: wrong
// expect: bounds.cu:7: .*out of bounds
// expect: bounds.cu:12: .*out of bounds
// One element too far, in global and in shared memory.
__global__ void copy(int n, const float* x, float* y) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i <= n) y[i] = x[i];
}
__global__ void turn(float* x, int shift) {
  __shared__ float tile[32];
  tile[threadIdx.x] = x[threadIdx.x];
  if (threadIdx.x == blockDim.x - 1) tile[threadIdx.x + shift] = shift;
  __syncthreads();
  x[threadIdx.x] = tile[31 - threadIdx.x];
}

int main() {
  float *x, *y;
  cudaMalloc(&x, 100 * sizeof(float));
  cudaMalloc(&y, 100 * sizeof(float));
  cudaMemset(x, 0, 100 * sizeof(float));
  copy<<<4, 32>>>(100, x, y);
  turn<<<1, 32>>>(x, 1);
}
