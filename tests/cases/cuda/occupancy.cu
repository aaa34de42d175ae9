// expect: right
// What a program asks of the device.
#include <cstdio>

__global__ void __launch_bounds__(256) work(float* x) {
  __shared__ float tile[1024];
  tile[threadIdx.x] = threadIdx.x;
  __syncthreads();
  x[blockIdx.x * blockDim.x + threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}

int main() {
  int count = 0, blocks = 0, grid = 0, block = 0, processors = 0;
  cudaGetDeviceCount(&count);
  cudaDeviceProp properties;
  cudaGetDeviceProperties(&properties, 0);
  cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, 0);
  cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, work, 256, 0);
  cudaOccupancyMaxPotentialBlockSize(&grid, &block, work, 0, 256);
  std::printf("%d device, warps of %d, %d blocks of 256, best block %d\n", count, properties.warpSize, blocks, block);
  float* x;
  cudaMalloc(&x, grid * block * sizeof(float));
  work<<<grid, block>>>(x);
  size_t free_bytes = 0, all_bytes = 0;
  cudaMemGetInfo(&free_bytes, &all_bytes);
  return !(count >= 1 && blocks > 0 && block == 256 && processors > 0 && all_bytes >= free_bytes &&
           cudaDeviceSynchronize() == cudaSuccess);
}
