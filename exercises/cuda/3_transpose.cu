// Exercise 3: a transposition without conflicts. y[c, r] = x[r, c] of n x n floats, n a multiple of 32;
// blocks of 32 x 8 threads, a block for each tile of 32 x 32.
//
// This one is right, and each of its writes meets 32 sectors. Go through a tile in shared memory, so that
// reading and writing both take 4 sectors a request; and see to it that no two lanes of a request meet one
// bank.
__global__ void transpose(int n, const float* x, float* y) {
  const int c = blockIdx.x * 32 + threadIdx.x;
  for (int r = blockIdx.y * 32 + threadIdx.y; r < blockIdx.y * 32 + 32; r += 8) y[c * n + r] = x[r * n + c];
}
