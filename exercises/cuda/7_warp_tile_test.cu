// at most: shared-requests=4160
// at most: instructions=14000
#include "7_warp_tile.cu"

#include <cstdio>
#include <vector>

int main() {
  const int n = 64;
  std::vector<float> a(n * n), b(n * n), c(n * n);
  for (int i = 0; i < n * n; ++i) a[i] = i % 7 - 3, b[i] = i % 5 - 2;
  float *da, *db, *dc;
  cudaMalloc(&da, n * n * sizeof(float));
  cudaMalloc(&db, n * n * sizeof(float));
  cudaMalloc(&dc, n * n * sizeof(float));
  cudaMemcpy(da, a.data(), n * n * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(db, b.data(), n * n * sizeof(float), cudaMemcpyHostToDevice);
  product<<<1, dim3(16, 16)>>>(da, db, dc);
  cudaMemcpy(c.data(), dc, n * n * sizeof(float), cudaMemcpyDeviceToHost);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      float wanted = 0;
      for (int k = 0; k < n; ++k) wanted += a[k * n + i] * b[k * n + j];
      if (c[i * n + j] != wanted) {
        std::printf("c[%d, %d] is %g and should be %g\n", i, j, c[i * n + j], wanted);
        return 1;
      }
    }
  return 0;
}
