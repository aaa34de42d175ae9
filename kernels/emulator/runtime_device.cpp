// The devices of the CUDA runtime.
#include <algorithm>
#include <cstring>

#include "kernels/emulator/errors.h"
#include "kernels/emulator/memory.h"
#include "kernels/emulator/options.h"
#include "kernels/emulator/shared_memory.h"
#include "kernels/emulator/submit.h"
#include "kernels/emulator/symbols.h"

using namespace triptych::emulator;

// Of an A100, for questions about occupancy.
static constexpr int most_resident_threads = 2048, most_resident_blocks = 32;
static constexpr std::size_t shared_of_multiprocessor = 164 << 10;

// ---- devices ----------------------------------------------------------------------------------------------

// Several devices, so that code for several GPUs runs; but one memory, which all of them may touch.
static thread_local int current_device = 0;

cudaError_t cudaGetDeviceCount(int* count) {
  *count = options().devices;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  *device = current_device;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  if (device < 0 || device >= options().devices)
    return set_error(cudaErrorInvalidDevice, "the emulator has no device " + std::to_string(device) +
                                                 "; TRIPTYCH_EMULATOR_DEVICES says how many it has");
  current_device = device;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {};
  std::strcpy(properties->name, "emulator");
  std::size_t free = 0;
  cudaMemGetInfo(&free, &properties->totalGlobalMem);
  properties->sharedMemPerBlock = shared_limit;
  properties->sharedMemPerBlockOptin = shared_limit_opt_in;
  properties->multiProcessorCount = options().os_threads;
  properties->major = 8;
  properties->maxThreadsPerBlock = 1024;
  properties->warpSize = warpSize;
  properties->regsPerBlock = properties->regsPerMultiprocessor = 65536;
  properties->maxThreadsPerMultiProcessor = most_resident_threads;
  properties->maxBlocksPerMultiProcessor = most_resident_blocks;
  properties->sharedMemPerMultiprocessor = shared_of_multiprocessor;
  const int block[] = {1024, 1024, 64}, grid[] = {2147483647, 65535, 65535};
  std::copy_n(block, 3, properties->maxThreadsDim);
  std::copy_n(grid, 3, properties->maxGridSize);
  properties->totalConstMem = 65536;
  properties->memPitch = 2147483647;
  properties->l2CacheSize = 40 << 20;
  properties->memoryBusWidth = 5120;
  properties->clockRate = 1410000;
  properties->memoryClockRate = 1215000;
  properties->concurrentKernels = properties->managedMemory = properties->unifiedAddressing = 1;
  properties->canMapHostMemory = properties->concurrentManagedAccess = properties->asyncEngineCount = 1;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
      *value = 1024;
      return cudaSuccess;
    case cudaDevAttrMaxSharedMemoryPerBlock:
      *value = static_cast<int>(shared_limit);
      return cudaSuccess;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = static_cast<int>(shared_limit_opt_in);
      return cudaSuccess;
    case cudaDevAttrMultiProcessorCount:
      *value = options().os_threads;
      return cudaSuccess;
    case cudaDevAttrComputeCapabilityMajor:
      *value = 8;
      return cudaSuccess;
    case cudaDevAttrComputeCapabilityMinor:
      *value = 0;
      return cudaSuccess;
    case cudaDevAttrMemoryPoolsSupported:
      *value = 1;
      return cudaSuccess;
    default:
      return set_error(cudaErrorInvalidValue, "the emulator does not know this attribute of a device");
  }
}

cudaError_t cudaDeviceReset() {
  return cudaDeviceSynchronize();
}
cudaError_t cudaDeviceSetLimit(cudaLimit, std::size_t) {
  return cudaSuccess;
}
cudaError_t cudaDeviceGetLimit(std::size_t* value, cudaLimit) {
  *value = 1 << 20;
  return cudaSuccess;
}
cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache) {
  return cudaSuccess;
}
cudaError_t cudaDeviceSetSharedMemConfig(cudaSharedMemConfig) {
  return cudaSuccess;
}
cudaError_t cudaSetDeviceFlags(unsigned) {
  return cudaSuccess;
}
cudaError_t cudaDeviceCanAccessPeer(int* can, int, int) {
  *can = 0;
  return cudaSuccess;
}

cudaError_t cudaOccupancyOfFunction(int* blocks, const void* function, int block, std::size_t shared_bytes) {
  if (block < 1 || block > 1024)
    return set_error(cudaErrorInvalidValue,
                     "a block of " + std::to_string(block) +
                         " threads, of which cudaOccupancy... is asked, does not exist");
  Launch launch;
  launch.name = symbol_at(function);
  constexpr std::size_t of_system = 1024;  // each block has so much that belongs to the driver
  const std::size_t shared = static_shared_bytes(launch) + shared_bytes + of_system;
  *blocks = std::min({most_resident_blocks, most_resident_threads / ((block + 31) / 32 * 32),
                      static_cast<int>(shared_of_multiprocessor / shared)});
  return cudaSuccess;
}
cudaError_t cudaOccupancyOfAnyBlock(int* grid, int* block, const void* function, std::size_t shared_bytes,
                                    int limit) {
  int best = 0, threads = 0;
  for (int candidate = limit > 0 ? std::min(limit, 1024) : 1024; candidate >= 32; candidate -= 32) {
    int blocks = 0;
    if (cudaOccupancyOfFunction(&blocks, function, candidate, shared_bytes) != cudaSuccess) break;
    if (blocks * candidate > threads) threads = blocks * candidate, best = candidate, *grid = blocks;
  }
  *block = best;
  *grid *= options().os_threads;
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = 0;  // no driver
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 12000;
  return cudaSuccess;
}

cudaError_t cudaSetFunctionAttribute(const void* function, cudaFuncAttribute attribute, int value) {
  if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize) return cudaSuccess;
  if (value < 0 || static_cast<std::size_t>(value) > shared_limit_opt_in)
    return set_error(cudaErrorInvalidValue, "a block can have at most 232448 bytes of shared memory");
  allow_dynamic_shared(function, static_cast<std::size_t>(value));
  return cudaSuccess;
}

cudaError_t cudaGetFunctionAttributes(cudaFuncAttributes* attributes, const void*) {
  *attributes = {};
  attributes->maxThreadsPerBlock = 1024;
  attributes->ptxVersion = attributes->binaryVersion = 80;
  attributes->maxDynamicSharedSizeBytes = static_cast<int>(shared_limit);
  return cudaSuccess;
}
