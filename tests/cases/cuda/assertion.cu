// expect: wrong
// expect: assertion.cu:8: .*assertion: 'x\[i\] >= 0' does not hold
#include <cassert>

__global__ void root(float* x) {
  const int i = threadIdx.x;
  if (i == 3) x[i] = -1;
  assert(x[i] >= 0);
  x[i] = sqrtf(x[i]);
}

int main() {
  float* x;
  cudaMalloc(&x, 32 * sizeof(float));
  cudaMemset(x, 0, 32 * sizeof(float));
  root<<<1, 32>>>(x);
  cudaDeviceSynchronize();
}
