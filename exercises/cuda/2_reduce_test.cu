// at most: shared-requests=180
// at most: extra-wavefronts=0
#include "2_reduce.cu"

#include <cstdio>
#include <vector>

int main() {
  const int blocks = 4;
  std::vector<float> x(blocks * 256), sums(blocks);
  for (int i = 0; i < blocks * 256; ++i) x[i] = i % 17;
  float *dx, *out;
  cudaMalloc(&dx, x.size() * sizeof(float));
  cudaMalloc(&out, blocks * sizeof(float));
  cudaMemcpy(dx, x.data(), x.size() * sizeof(float), cudaMemcpyHostToDevice);
  sum<<<blocks, 256>>>(dx, out);
  cudaMemcpy(sums.data(), out, blocks * sizeof(float), cudaMemcpyDeviceToHost);
  for (int b = 0; b < blocks; ++b) {
    float wanted = 0;
    for (int i = 0; i < 256; ++i) wanted += x[b * 256 + i];
    if (sums[b] != wanted) {
      std::printf("the sum of block %d is %g and should be %g\n", b, sums[b], wanted);
      return 1;
    }
  }
  return 0;
}
