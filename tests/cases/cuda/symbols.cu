// expect: right
// Variables of device memory: __constant__, __device__, static ones, and their addresses.
#include <cstdio>

__constant__ float weights[4];
__device__ int total;
static __device__ int own = 3;
namespace deep {
__device__ float table[8] = {1, 2, 3};
}

__global__ void use(const float* x, float* y) {
  const int i = threadIdx.x;
  y[i] = weights[i % 4] * x[i] + deep::table[i % 8] + own;
  atomicAdd(&total, i);
}

int main() {
  float host[32], w[4] = {1, 10, 100, 1000}, *x, *y;
  for (int i = 0; i < 32; ++i) host[i] = i;
  cudaMalloc(&x, sizeof host);
  cudaMalloc(&y, sizeof host);
  cudaMemcpy(x, host, sizeof host, cudaMemcpyHostToDevice);
  cudaMemcpyToSymbol(weights, w, sizeof w);
  int zero = 0, sum = 0;
  cudaMemcpyToSymbol(total, &zero, sizeof zero);
  float* table;
  cudaGetSymbolAddress((void**)&table, deep::table);
  cudaMemset(table, 0, 4);
  use<<<1, 32>>>(x, y);
  cudaMemcpyFromSymbol(&sum, total, sizeof sum);
  cudaMemcpy(host, y, sizeof host, cudaMemcpyDeviceToHost);
  return !(sum == 496 && host[1] == 15 && host[8] == 8 + 0 + 3 && host[10] == 1006);
}
