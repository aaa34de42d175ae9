// Hillis and Steele, 1986: n log n additions, log n rounds.
__global__ void scan(const int* x, int* y) {
  __shared__ int s[2][256];
  const int t = threadIdx.x;
  int now = 0;
  s[now][t] = x[t];
  for (int step = 1; step < 256; step *= 2) {
    __syncthreads();
    s[1 - now][t] = s[now][t] + (t >= step ? s[now][t - step] : 0);
    now = 1 - now;
  }
  y[t] = s[now][t];
}
