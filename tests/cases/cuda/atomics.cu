// expect: right
// Atomics of every type, and one made of atomicCAS.
#include <cstdio>

struct Results {
  int sum, least, greatest, bits, last;
  unsigned wrapped, down;
  unsigned long long large;
  float f;
  double d, by_swap;
};

__device__ double add_by_swap(double* address, double value) {
  unsigned long long* const word = reinterpret_cast<unsigned long long*>(address);
  unsigned long long old = *reinterpret_cast<volatile unsigned long long*>(word), seen;
  do {
    seen = old;
    old = atomicCAS(word, seen, __double_as_longlong(value + __longlong_as_double(seen)));
  } while (old != seen);
  return __longlong_as_double(old);
}

__global__ void change(Results* r) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  atomicAdd(&r->sum, i);
  atomicSub(&r->sum, 1);
  atomicMin(&r->least, -i);
  atomicMax(&r->greatest, i);
  atomicOr(&r->bits, 1 << (i % 8));
  atomicAnd(&r->bits, ~(1 << 31));
  atomicXor(&r->bits, 0);
  atomicExch(&r->last, 5);
  atomicInc(&r->wrapped, 9);
  atomicDec(&r->down, 9);
  atomicAdd(&r->large, 1ull << 33);
  atomicAdd(&r->f, 0.5f);
  atomicAdd(&r->d, 0.25);
  add_by_swap(&r->by_swap, 2);
}

int main() {
  Results host{}, *r;
  cudaMalloc(&r, sizeof host);
  cudaMemcpy(r, &host, sizeof host, cudaMemcpyHostToDevice);
  change<<<2, 64>>>(r);
  cudaMemcpy(&host, r, sizeof host, cudaMemcpyDeviceToHost);
  return !(host.sum == 127 * 64 - 128 && host.least == -127 && host.greatest == 127 && host.bits == 255 &&
           host.last == 5 && host.wrapped == 8 && host.down == 2 && host.large == 128ull << 33 && host.f == 64 &&
           host.d == 32 && host.by_swap == 256);
}
