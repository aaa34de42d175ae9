// Exercise 7: a tile of registers. c = a^T b, all of them 64 x 64 floats: c[i, j] = sum over k of a[k, i]
// b[k, j]. One block of 16 x 16 threads computes all of c, each thread 4 x 4 elements.
//
// This one reads two floats of shared memory for each multiply-add. With 4 numbers of a and 4 of b in
// registers, read as a float4 each, 16 multiply-adds take two reads: let thread (x, y) compute the rows 4 y
// ... 4 y + 3 and the columns 4 x ... 4 x + 3.
__global__ void product(const float* a, const float* b, float* c) {
  __shared__ float tile_a[32][64], tile_b[32][64];
  const int tx = threadIdx.x, ty = threadIdx.y, t = ty * 16 + tx;
  for (int i = ty; i < 64; i += 16)
    for (int j = tx; j < 64; j += 16) c[i * 64 + j] = 0;
  for (int first = 0; first < 64; first += 32) {
    for (int n = t; n < 32 * 64; n += 256) {
      tile_a[n / 64][n % 64] = a[first * 64 + n];
      tile_b[n / 64][n % 64] = b[first * 64 + n];
    }
    __syncthreads();
    for (int i = ty; i < 64; i += 16)
      for (int j = tx; j < 64; j += 16)
        for (int k = 0; k < 32; ++k) c[i * 64 + j] = fmaf(tile_a[k][i], tile_b[k][j], c[i * 64 + j]);
    __syncthreads();
  }
}
