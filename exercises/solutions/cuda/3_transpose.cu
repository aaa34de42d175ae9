// A row of 33 floats: the elements of a column are in 32 different banks. The project's own:
// kernels/cuda/copies.cu.
__global__ void transpose(int n, const float* x, float* y) {
  __shared__ float tile[32][33];
  const int first_row = blockIdx.y * 32, first_column = blockIdx.x * 32;
  for (int r = threadIdx.y; r < 32; r += 8)
    tile[r][threadIdx.x] = x[(first_row + r) * n + first_column + threadIdx.x];
  __syncthreads();
  for (int r = threadIdx.y; r < 32; r += 8)
    y[(first_column + r) * n + first_row + threadIdx.x] = tile[threadIdx.x][r];
}
