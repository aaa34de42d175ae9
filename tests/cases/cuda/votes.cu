// expect: right
// What the lanes of a warp tell each other.
__global__ void ask(int* out) {
  const int lane = threadIdx.x;
  const unsigned all = 0xffffffff;
  int right = __ballot_sync(all, lane < 5) == 31u;
  right &= __any_sync(all, lane == 7) && !__all_sync(all, lane == 7);
  right &= __shfl_sync(all, lane, 3) == 3 && __shfl_xor_sync(all, lane, 1) == (lane ^ 1);
  right &= __shfl_up_sync(all, lane, 1) == (lane ? lane - 1 : 0);
  right &= __shfl_down_sync(all, 2.5 * lane, 2) == 2.5 * (lane < 30 ? lane + 2 : lane);
  right &= __popc(__match_any_sync(all, lane % 4)) == 8;
  right &= __activemask() == all;
  if (lane % 2) right &= __popc(__activemask()) <= 16;
  right &= __reduce_add_sync(all, lane) == 496 && __reduce_max_sync(all, lane) == 31;
  out[lane] = right;
}
__global__ void count(int* out) {
  const int even = __syncthreads_count(threadIdx.x % 2 == 0);
  const int some = __syncthreads_or(threadIdx.x == 99), every = __syncthreads_and(threadIdx.x < 100);
  out[threadIdx.x] = even == 50 && some && every;
}

int main() {
  int host[132], *out;
  cudaMalloc(&out, sizeof host);
  ask<<<1, 32>>>(out);
  count<<<1, 100>>>(out + 32);
  cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
  for (int i = 0; i < 132; ++i)
    if (host[i] != 1) return 1 + i;
  return 0;
}
