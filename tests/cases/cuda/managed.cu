// expect: right
// Memory of both sides.
__global__ void scale(int n, float a, float* x) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) x[i] *= a;
}

int main() {
  const int n = 1000;
  float* x;
  cudaMallocManaged(&x, n * sizeof(float));
  for (int i = 0; i < n; ++i) x[i] = i;

  scale<<<4, 64>>>(n, 3, x);
  cudaDeviceSynchronize();
  int wrong = 0;
  for (int i = 0; i < n; ++i) wrong += x[i] != 3 * i;
  cudaFree(x);
  return wrong != 0;
}
