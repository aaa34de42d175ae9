// Between the writes of all threads and the first round's reads there was no barrier. The project's own:
// kernels/cuda/reduce.cuh, whose last five rounds are shuffles.
__global__ void sum(const float* x, float* out) {
  __shared__ float s[256];
  const int t = threadIdx.x;
  s[t] = x[blockIdx.x * 256 + t];
  for (int half = 128; half > 0; half /= 2) {
    __syncthreads();
    if (t < half) s[t] += s[t + half];
  }
  if (t == 0) out[blockIdx.x] = s[0];
}
