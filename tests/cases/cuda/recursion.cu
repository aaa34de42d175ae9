// expect: right
// Device functions that are called: recursive ones, one that is not inlined, one that changes its argument.
#include <cstdio>

__device__ int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
__device__ __noinline__ float square_sum(const float* x, int n) {
  float sum = 0;
  for (int i = 0; i < n; ++i) sum += x[i] * x[i];
  return sum;
}
struct Pair {
  float a, b;
};
__device__ __noinline__ Pair swapped(Pair p) { return {p.b, p.a}; }
__device__ __noinline__ void count_up(int* n) { ++*n; }
__device__ int depth(int n, int* deepest) {
  if (n > *deepest) *deepest = n;
  return n == 0 ? 0 : 1 + depth(n - 1, deepest);
}

__global__ void call(const float* x, float* y, int* z) {
  const int i = threadIdx.x;
  int steps = i, deepest = 0;
  count_up(&steps);
  z[i] = fibonacci(i % 10) + 1000 * depth(i % 5, &deepest) + 100000 * deepest;
  if (i % 3 == 0) {
    const Pair p = swapped({x[i], x[i] + 1});
    y[i] = p.a * 10 + p.b + square_sum(x, i) + steps;
  } else {
    y[i] = steps;
  }
}

int main() {
  float host[40], *x, *y;
  int numbers[40], *z;
  for (int i = 0; i < 40; ++i) host[i] = i;
  cudaMalloc(&x, sizeof host);
  cudaMalloc(&y, sizeof host);
  cudaMalloc(&z, sizeof numbers);
  cudaMemcpy(x, host, sizeof host, cudaMemcpyHostToDevice);
  call<<<1, 40>>>(x, y, z);
  cudaMemcpy(host, y, sizeof host, cudaMemcpyDeviceToHost);
  cudaMemcpy(numbers, z, sizeof numbers, cudaMemcpyDeviceToHost);
  std::printf("%g %g %d %d\n", host[3], host[4], numbers[19], numbers[37]);
  return !(host[3] == 4 * 10 + 3 + 5 + 4 && host[4] == 5 && numbers[19] == 34 + 4000 + 400000 &&
           numbers[37] == 13 + 2000 + 200000);
}
