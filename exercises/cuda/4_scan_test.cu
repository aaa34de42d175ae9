// at most: shared-requests=256
// at most: extra-wavefronts=0
#include "4_scan.cu"

#include <cstdio>

int main() {
  int x[256], y[256], *dx, *dy, sum = 0;
  for (int i = 0; i < 256; ++i) x[i] = i * i % 23 - 5;
  cudaMalloc(&dx, sizeof x);
  cudaMalloc(&dy, sizeof y);
  cudaMemcpy(dx, x, sizeof x, cudaMemcpyHostToDevice);
  scan<<<1, 256>>>(dx, dy);
  cudaMemcpy(y, dy, sizeof y, cudaMemcpyDeviceToHost);
  for (int i = 0; i < 256; ++i) {
    sum += x[i];
    if (y[i] != sum) {
      std::printf("y[%d] is %d and should be %d\n", i, y[i], sum);
      return 1;
    }
  }
  return 0;
}
