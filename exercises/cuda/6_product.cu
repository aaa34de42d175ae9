// Exercise 6: a tiled product. c = a b, all of them 64 x 64 floats, by blocks of 32 x 8 threads, one for
// each 32 x 32 of c, so that each thread computes 4 elements of a column.
//
// This one reads a and b from global memory for every multiply-add, and takes 5.8 instructions for each. Go
// through tiles of 32 x 32 in shared memory: each element of a and b is then read once for 32 threads, and
// each element of b once for the thread's four sums, which stay in registers. At most 2.5 instructions for
// each multiply-add.
__global__ void product(const float* a, const float* b, float* c) {
  const int j = blockIdx.x * 32 + threadIdx.x;
  for (int i = blockIdx.y * 32 + threadIdx.y; i < blockIdx.y * 32 + 32; i += 8) {
    float sum = 0;
    for (int k = 0; k < 64; ++k) sum = fmaf(a[i * 64 + k], b[k * 64 + j], sum);
    c[i * 64 + j] = sum;
  }
}
