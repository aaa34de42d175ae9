// expect: right
// Vector types, their make_ functions, and mixed arguments of min and max.
#include <cstdio>

__global__ void pack(int n, const uchar4* in, float4* out, int3* sums) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const uchar4 c = in[i];
  out[i] = make_float4(c.x / 255.0f, c.y / 255.0f, c.z / 255.0f, 1);
  sums[i] = make_int3(c.x + c.y, max(c.z, 7), min(i, 2u));
}

int main() {
  const int n = 100;
  uchar4 host[n], *in;
  float4 colours[n], *out;
  int3 counts[n], *sums;
  for (int i = 0; i < n; ++i) host[i] = make_uchar4(i, 2 * i, 3 * i % 256, 0);
  cudaMalloc(&in, sizeof host);
  cudaMalloc(&out, sizeof colours);
  cudaMalloc(&sums, sizeof counts);
  cudaMemcpy(in, host, sizeof host, cudaMemcpyHostToDevice);
  pack<<<(n + 31) / 32, 32>>>(n, in, out, sums);
  cudaMemcpy(colours, out, sizeof colours, cudaMemcpyDeviceToHost);
  cudaMemcpy(counts, sums, sizeof counts, cudaMemcpyDeviceToHost);
  for (int i = 0; i < n; ++i)
    if (counts[i].x != 3 * i || counts[i].z != (i < 2 ? i : 2) || colours[i].w != 1) return 1;
  return 0;
}
