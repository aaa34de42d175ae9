// The project's own: the step "float4" of kernels/cuda/ladder.cu, and kernels/cuda/gemm_tile.cuh.
__global__ void product(const float* a, const float* b, float* c) {
  __shared__ float4 tile_a[32][16], tile_b[32][16];
  const int tx = threadIdx.x, ty = threadIdx.y, t = ty * 16 + tx;
  float sum[4][4] = {};
  for (int first = 0; first < 64; first += 32) {
    for (int n = t; n < 32 * 16; n += 256) {
      tile_a[n / 16][n % 16] = reinterpret_cast<const float4*>(a)[first * 16 + n];
      tile_b[n / 16][n % 16] = reinterpret_cast<const float4*>(b)[first * 16 + n];
    }
    __syncthreads();
    for (int k = 0; k < 32; ++k) {
      const float4 p = tile_a[k][ty], q = tile_b[k][tx];
      const float x[4] = {p.x, p.y, p.z, p.w}, y[4] = {q.x, q.y, q.z, q.w};
      for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) sum[i][j] = fmaf(x[i], y[j], sum[i][j]);
    }
    __syncthreads();
  }
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) c[(4 * ty + i) * 64 + 4 * tx + j] = sum[i][j];
}
