// at most: global-requests=52
// at most: instructions=300
#include "8_mma.cu"

#include <cstdio>
#include <vector>

int main() {
  const int m = 16, n = 8, k = 64;
  std::vector<float> a(m * k), b(k * n), c(m * n);
  for (int i = 0; i < m * k; ++i) a[i] = i * 7 % 61 - 30;
  for (int i = 0; i < k * n; ++i) b[i] = i * 5 % 43 - 21;
  float *da, *db, *dc;
  cudaMalloc(&da, a.size() * sizeof(float));
  cudaMalloc(&db, b.size() * sizeof(float));
  cudaMalloc(&dc, c.size() * sizeof(float));
  cudaMemcpy(da, a.data(), a.size() * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(db, b.data(), b.size() * sizeof(float), cudaMemcpyHostToDevice);
  product<<<1, 32>>>(da, db, dc);
  cudaMemcpy(c.data(), dc, c.size() * sizeof(float), cudaMemcpyDeviceToHost);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      float wanted = 0;
      for (int p = 0; p < k; ++p) wanted += a[i * k + p] * b[p * n + j];
      if (c[i * n + j] != wanted) {
        std::printf("c[%d, %d] is %g and should be %g\n", i, j, c[i * n + j], wanted);
        return 1;
      }
    }
  return 0;
}
