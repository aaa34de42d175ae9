// Exercise 2: a reduction with a planted race. out[b] = the sum of the 256 numbers of block b.
//
// This one gives the right sum on many cards and in some orders of the threads. `triptych cuda` names both
// lines of the race. Repair it, and leave the number of rounds as it is.
__global__ void sum(const float* x, float* out) {
  __shared__ float s[256];
  const int t = threadIdx.x;
  s[t] = x[blockIdx.x * 256 + t];
  for (int half = 128; half > 0; half /= 2) {
    if (t < half) s[t] += s[t + half];
    __syncthreads();
  }
  if (t == 0) out[blockIdx.x] = s[0];
}
