// at most: global-requests=640
// at most: instructions=20480
#include "6_product.cu"

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
  product<<<dim3(2, 2), dim3(32, 8)>>>(da, db, dc);
  cudaMemcpy(c.data(), dc, n * n * sizeof(float), cudaMemcpyDeviceToHost);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      float wanted = 0;
      for (int k = 0; k < n; ++k) wanted += a[i * n + k] * b[k * n + j];
      if (c[i * n + j] != wanted) {
        std::printf("c[%d, %d] is %g and should be %g\n", i, j, c[i * n + j], wanted);
        return 1;
      }
    }
  return 0;
}
