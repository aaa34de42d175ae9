// at most: extra-sectors=0
// at most: extra-wavefronts=0
#include "3_transpose.cu"

#include <cstdio>
#include <vector>

int main() {
  const int n = 96;
  std::vector<float> x(n * n), y(n * n);
  for (int i = 0; i < n * n; ++i) x[i] = i;
  float *dx, *dy;
  cudaMalloc(&dx, n * n * sizeof(float));
  cudaMalloc(&dy, n * n * sizeof(float));
  cudaMemcpy(dx, x.data(), n * n * sizeof(float), cudaMemcpyHostToDevice);
  transpose<<<dim3(n / 32, n / 32), dim3(32, 8)>>>(n, dx, dy);
  cudaMemcpy(y.data(), dy, n * n * sizeof(float), cudaMemcpyDeviceToHost);
  for (int r = 0; r < n; ++r)
    for (int c = 0; c < n; ++c)
      if (y[c * n + r] != x[r * n + c]) {
        std::printf("y[%d, %d] is %g and should be %g\n", c, r, y[c * n + r], x[r * n + c]);
        return 1;
      }
  return 0;
}
