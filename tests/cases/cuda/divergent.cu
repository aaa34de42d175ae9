// expect: wrong
// expect: divergent.cu:1[03]: .*divergent barrier
// A barrier that the second warp does not reach.
__global__ void halves(float* x) {
  __shared__ float tile[64];
  const int i = threadIdx.x;
  tile[i] = x[i];
  if (i < 32) {
    tile[i] += 1;
    __syncthreads();
    x[i] = tile[i + 32];
  } else {
    __syncthreads();
    x[i] = tile[i - 32];
  }
}

int main() {
  float* x;
  cudaMalloc(&x, 64 * sizeof(float));
  cudaMemset(x, 0, 64 * sizeof(float));
  halves<<<1, 64>>>(x);
}
