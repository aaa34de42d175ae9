// A mistake in a file that is included is named with that file's name and line.
// expect: wrong
// expect: in_a_header.cuh:5: neighbours: race
#include "in_a_header.cuh"

int main() {
  float* x;
  cudaMalloc(&x, 65 * sizeof(float));
  cudaMemset(x, 0, 65 * sizeof(float));
  neighbours<<<1, 64>>>(x);
  cudaDeviceSynchronize();
  cudaFree(x);
}
