// expect: right
// A scan in dynamic shared memory that is declared outside of the kernel, by a template of the type.
#include "scan.cuh"

#include <cstdio>
#include <vector>

int main() {
  const int n = 128;
  std::vector<int> host(n, 2);
  int *x, *y;
  cudaMalloc((void**)&x, n * sizeof(int));
  cudaMalloc((void**)&y, n * sizeof(int));
  cudaMemcpy(x, host.data(), n * sizeof(int), cudaMemcpyHostToDevice);
  scan<int><<<1, n, 2 * n * sizeof(int)>>>(x, y);
  cudaMemcpy(host.data(), y, n * sizeof(int), cudaMemcpyDeviceToHost);
  for (int i = 0; i < n; ++i)
    if (host[i] != 2 * (i + 1)) return 1;
  return 0;
}
