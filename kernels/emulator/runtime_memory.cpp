// The memory calls of the CUDA runtime.
#include <unistd.h>

#include <cstring>

#include "kernels/emulator/errors.h"
#include "kernels/emulator/executor.h"
#include "kernels/emulator/memory.h"

namespace triptych::emulator {
namespace {

cudaError_t allocate(void** pointer, std::size_t bytes, MemoryKind kind) {
  *pointer = nullptr;
  if (bytes == 0) return cudaSuccess;
  *pointer = DeviceMemory::instance().allocate(bytes, kind);
  if (*pointer) return cudaSuccess;
  return set_error(cudaErrorMemoryAllocation, "there is no memory for " + std::to_string(bytes) + " bytes");
}

cudaError_t release(const char* call, void* pointer, MemoryKind kind) {
  if (!pointer) return cudaSuccess;
  DeviceMemory& memory = DeviceMemory::instance();
  try {
    if (memory.release(pointer, kind)) return cudaSuccess;
  } catch (const Fault& fault) {
    return set_error(cudaErrorInvalidValue, std::string(call) + ": " + fault.what());
  }
  return set_error(cudaErrorInvalidDevicePointer,
                   std::string(call) + ": this is " + memory.describe(pointer) + ", not what was allocated");
}

// Checks one side of a copy; returns a message, or an empty string if it is as the direction says.
std::string wrong_side(const char* side, const void* pointer, std::size_t bytes, bool on_device) {
  const DeviceMemory& memory = DeviceMemory::instance();
  if (memory.contains(pointer, bytes, MemoryKind::device)) {
    if (on_device) return {};
    return std::string(side) + " is " + memory.describe(pointer) + " where the direction says host";
  }
  if (memory.is_device(pointer) || memory.is_freed(pointer))
    return "the " + std::to_string(bytes) + " bytes go beyond " + side + ", " + memory.describe(pointer);
  if (!on_device) return {};
  if (memory.near(pointer) && memory.contains(pointer, bytes, MemoryKind::pinned)) {
    return std::string(side) + " is pinned memory of the host where the direction says device";
  }
  return std::string(side) + " is " + memory.describe(pointer) + " where the direction says device";
}

}  // namespace
}  // namespace triptych::emulator

using namespace triptych::emulator;

cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
  return allocate(pointer, bytes, MemoryKind::device);
}
cudaError_t cudaMallocAsync(void** pointer, std::size_t bytes, cudaStream_t) {
  return allocate(pointer, bytes, MemoryKind::device);
}
cudaError_t cudaFree(void* pointer) {
  return release("cudaFree", pointer, MemoryKind::device);
}
cudaError_t cudaFreeAsync(void* pointer, cudaStream_t) {
  return release("cudaFreeAsync", pointer, MemoryKind::device);
}
cudaError_t cudaMallocHost(void** pointer, std::size_t bytes) {
  return allocate(pointer, bytes, MemoryKind::pinned);
}
cudaError_t cudaHostAlloc(void** pointer, std::size_t bytes, unsigned) {
  return allocate(pointer, bytes, MemoryKind::pinned);
}
cudaError_t cudaFreeHost(void* pointer) {
  return release("cudaFreeHost", pointer, MemoryKind::pinned);
}

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  if (bytes == 0) return cudaSuccess;
  if (kind != cudaMemcpyDefault) {
    const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
    const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
    std::string wrong = wrong_side("the target", to, bytes, to_device);
    if (wrong.empty()) wrong = wrong_side("the source", from, bytes, from_device);
    if (!wrong.empty()) return set_error(cudaErrorInvalidMemcpyDirection, "cudaMemcpy: " + wrong);
  }
  const OpenDeviceMemory open;
  std::memmove(to, from, bytes);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t) {
  return cudaMemcpy(to, from, bytes, kind);
}

cudaError_t cudaMemset(void* memory, int value, std::size_t bytes) {
  if (bytes == 0) return cudaSuccess;
  if (const std::string wrong = wrong_side("the target", memory, bytes, true); !wrong.empty())
    return set_error(cudaErrorInvalidValue, "cudaMemset: " + wrong);
  const OpenDeviceMemory open;
  std::memset(memory, value, bytes);
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t) {
  return cudaMemset(memory, value, bytes);
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  *free = static_cast<std::size_t>(sysconf(_SC_AVPHYS_PAGES)) * page;
  *total = static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * page;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int) {
  *pool = nullptr;
  return cudaSuccess;
}
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void*) {
  return cudaSuccess;
}
