// at most: extra-sectors=0
#include "1_map.cu"

#include <cstdio>
#include <vector>

int main() {
  const int n = 1000;
  std::vector<float> x(n), y(n), result(n);
  for (int i = 0; i < n; ++i) x[i] = i, y[i] = 1 - i;
  float *dx, *dy;
  cudaMalloc(&dx, n * sizeof(float));
  cudaMalloc(&dy, n * sizeof(float));
  cudaMemcpy(dx, x.data(), n * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dy, y.data(), n * sizeof(float), cudaMemcpyHostToDevice);
  axpy<<<(n + 255) / 256, 256>>>(n, 3, dx, dy);
  cudaMemcpy(result.data(), dy, n * sizeof(float), cudaMemcpyDeviceToHost);
  for (int i = 0; i < n; ++i)
    if (result[i] != 3 * x[i] + y[i]) {
      std::printf("y[%d] is %g and should be %g\n", i, result[i], 3 * x[i] + y[i]);
      return 1;
    }
  return 0;
}
