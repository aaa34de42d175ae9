// expect: right
// The last block adds what the others have left, behind a fence and a ticket.
__device__ unsigned tickets = 0;

__global__ void sum(const float* x, float* parts, float* all) {
  __shared__ float s[64];
  __shared__ bool is_last;
  const int t = threadIdx.x;
  s[t] = x[blockIdx.x * 64 + t];
  __syncthreads();
  for (int half = 32; half > 0; half /= 2) {
    if (t < half) s[t] += s[t + half];
    __syncthreads();
  }
  if (t == 0) {
    parts[blockIdx.x] = s[0];
    __threadfence();
    is_last = atomicInc(&tickets, gridDim.x) == gridDim.x - 1;
  }
  __syncthreads();
  if (!is_last || t != 0) return;
  float sum = 0;
  for (int b = 0; b < gridDim.x; ++b) sum += parts[b];
  *all = sum;
}

int main() {
  float host[512], *x, *parts, *all, result = 0;
  for (float& v : host) v = 1;
  cudaMalloc(&x, sizeof host);
  cudaMalloc(&parts, 8 * sizeof(float));
  cudaMalloc(&all, sizeof(float));
  cudaMemcpy(x, host, sizeof host, cudaMemcpyHostToDevice);
  sum<<<8, 64>>>(x, parts, all);
  cudaMemcpy(&result, all, sizeof result, cudaMemcpyDeviceToHost);
  return result != 512;
}
