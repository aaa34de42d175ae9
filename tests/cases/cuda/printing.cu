// expect: right
// expect: block 1 thread 2: 3.5, c, text, 12345678901
// printf and assert in kernels.
#include <cassert>
#include <cstdio>

__global__ void say(float x) {
  assert(x > 0);
  if (threadIdx.x == 2)
    printf("block %d thread %u: %.1f, %c, %s, %lld\n", blockIdx.x, threadIdx.x, x, 'c', "text", 12345678901LL);
}

int main() {
  say<<<2, 3>>>(3.5f);
  return cudaDeviceSynchronize() != cudaSuccess;
}
