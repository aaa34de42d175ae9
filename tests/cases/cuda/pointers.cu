// expect: right
// Kernels by pointer, templates whose arguments are deduced, a functor, a macro that launches.
#include <cstdio>
#define LAUNCH(kernel, n, ...) kernel<<<((n) + 31) / 32, 32>>>(__VA_ARGS__)

template <class T, class F>
__global__ void map(int n, const T* x, T* y, F f) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = f(x[i]);
}
template <int Add>
__global__ void add(int n, int* x) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] += Add;
}
struct Twice {
  __host__ __device__ int operator()(int v) const { return 2 * v; }
};
namespace inner {
__global__ void negate(int n, int* x) {
  if (threadIdx.x < n) x[threadIdx.x] = -x[threadIdx.x];
}
}  // namespace inner

template <class Kernel>
void run(Kernel kernel, int n, int* x) {
  kernel<<<1, n>>>(n, x);
}

int main() {
  int host[32], *x, *y;
  for (int i = 0; i < 32; ++i) host[i] = i;
  cudaMalloc(&x, sizeof host);
  cudaMalloc(&y, sizeof host);
  cudaMemcpy(x, host, sizeof host, cudaMemcpyHostToDevice);
  map<<<1,
        32>>>(32, x, y, Twice());
  void (*const kernels[])(int, int*) = {add<1>, add<20>};
  for (auto kernel : kernels) kernel<<<1, 32>>>(32, y);
  add<300><<<dim3(1), dim3(32)>>>(32, y);
  inner::negate<<<1, 32>>>(32, y);
  run(inner::negate, 32, y);
  LAUNCH(add<4000>, 32, 32, y);
  cudaMemcpy(host, y, sizeof host, cudaMemcpyDeviceToHost);
  return host[5] != 4331;
}
