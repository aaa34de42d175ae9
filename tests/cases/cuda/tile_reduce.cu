// expect: right
// Cooperative groups: a block, tiles of 32 and 8 threads, the lanes that come together, and reduce.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>

#include <cstdio>
namespace cg = cooperative_groups;

__device__ int sum_of(cg::thread_block_tile<32> tile, int value) {
  for (int step = tile.size() / 2; step > 0; step /= 2) value += tile.shfl_down(value, step);
  return value;
}

__global__ void sums(const int* x, int* of_warps, int* of_eights, int* odd) {
  cg::thread_block block = cg::this_thread_block();
  const int i = block.thread_rank();
  auto warp = cg::tiled_partition<32>(block);
  auto eight = cg::tiled_partition<8>(block);
  const int of_warp = sum_of(warp, x[i]);
  if (warp.thread_rank() == 0) of_warps[i / 32] = of_warp;
  const int of_eight = cg::reduce(eight, x[i], cg::plus<int>());
  if (eight.thread_rank() == 0) of_eights[i / 8] = of_eight;
  block.sync();
  if (i % 2) {
    cg::coalesced_group some = cg::coalesced_threads();
    if (some.thread_rank() == 0) odd[i / 32] = some.size();
  }
}

int main() {
  int host[64], warps[2], eights[8], odds[2], *x, *a, *b, *c;
  for (int i = 0; i < 64; ++i) host[i] = i;
  cudaMalloc(&x, sizeof host);
  cudaMalloc(&a, sizeof warps);
  cudaMalloc(&b, sizeof eights);
  cudaMalloc(&c, sizeof odds);
  cudaMemcpy(x, host, sizeof host, cudaMemcpyHostToDevice);
  sums<<<1, 64>>>(x, a, b, c);
  cudaMemcpy(warps, a, sizeof warps, cudaMemcpyDeviceToHost);
  cudaMemcpy(eights, b, sizeof eights, cudaMemcpyDeviceToHost);
  cudaMemcpy(odds, c, sizeof odds, cudaMemcpyDeviceToHost);
  std::printf("%d %d, %d %d, %d %d\n", warps[0], warps[1], eights[0], eights[7], odds[0], odds[1]);
  return !(warps[0] == 496 && warps[1] == 1520 && eights[0] == 28 && eights[7] == 476 && odds[0] == 16 &&
           odds[1] == 16);
}
