// at most: global-requests=136
#include "5_histogram.cu"

#include <cstdio>
#include <vector>

int main() {
  const int n = 4000;
  std::vector<int> x(n), wanted(64), bins(64);
  for (int i = 0; i < n; ++i) x[i] = i * 7 % 64 / (1 + i % 3), ++wanted[x[i]];
  int *dx, *db;
  cudaMalloc(&dx, n * sizeof(int));
  cudaMalloc(&db, 64 * sizeof(int));
  cudaMemcpy(dx, x.data(), n * sizeof(int), cudaMemcpyHostToDevice);
  cudaMemset(db, 0, 64 * sizeof(int));
  histogram<<<4, 256>>>(n, dx, db);
  cudaMemcpy(bins.data(), db, 64 * sizeof(int), cudaMemcpyDeviceToHost);
  for (int k = 0; k < 64; ++k)
    if (bins[k] != wanted[k]) {
      std::printf("bin %d is %d and should be %d\n", k, bins[k], wanted[k]);
      return 1;
    }
  return 0;
}
