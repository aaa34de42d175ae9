// The memory calls of the CUDA runtime.
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/emulator/errors.h"
#include "kernels/emulator/executor.h"
#include "kernels/emulator/launch_log.h"
#include "kernels/emulator/memory.h"
#include "kernels/emulator/streams.h"

namespace triptych::emulator {
namespace {

cudaError_t allocate(void** pointer, std::size_t bytes, MemoryKind kind) {
  *pointer = nullptr;
  if (bytes == 0) return cudaSuccess;
  *pointer = DeviceMemory::instance().allocate(bytes, kind);
  if (*pointer) return cudaSuccess;
  return set_error(cudaErrorMemoryAllocation, "there is no memory for " + std::to_string(bytes) + " bytes");
}

cudaError_t release_now(const char* call, void* pointer, MemoryKind kind) {
  DeviceMemory& memory = DeviceMemory::instance();
  try {
    if (memory.release(pointer, kind)) return cudaSuccess;
  } catch (const Fault& fault) {
    return set_error(cudaErrorInvalidValue, std::string(call) + ": " + fault.what());
  }
  return set_error(cudaErrorInvalidDevicePointer,
                   std::string(call) + ": this is " + memory.describe(pointer) + ", not what was allocated");
}

// Memory that commands may still use is given back behind them: these calls wait.
cudaError_t release(const char* call, void* pointer, MemoryKind kind) {
  if (!pointer) return cudaSuccess;
  try {
    finish_all();
  } catch (const Fault& fault) {
    release_now(call, pointer, kind);
    return set_error(cudaErrorLaunchFailure, fault.what());
  }
  return release_now(call, pointer, kind);
}

// Checks one side of a copy; returns a message, or an empty string if it is as the direction says.
std::string wrong_side(const char* side, const void* pointer, std::size_t bytes, bool on_device) {
  const DeviceMemory& memory = DeviceMemory::instance();
  if (memory.contains(pointer, bytes, MemoryKind::managed)) return {};
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

// FNV-1a: whether bytes have changed.
std::uint64_t checksum(const void* memory, std::size_t bytes) {
  const auto* at = static_cast<const unsigned char*>(memory);
  std::uint64_t sum = 0xcbf29ce484222325u;
  for (std::size_t i = 0; i < bytes; ++i) sum = (sum ^ at[i]) * 0x100000001b3u;
  return sum;
}

std::string wrong_copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  if (kind == cudaMemcpyDefault) return {};
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  const std::string wrong = wrong_side("the target", to, bytes, to_device);
  return wrong.empty() ? wrong_side("the source", from, bytes, from_device) : wrong;
}

void log_copy(const void* to, const void* from) {
  LaunchLog* const log = current_log();
  if (!log) return;
  const DeviceMemory& memory = DeviceMemory::instance();
  const bool in = memory.is_device(to), out = memory.is_device(from);
  ++(in && out ? log->copies_within : in ? log->copies_in : log->copies_out);
}

void move(void* to, const void* from, std::size_t bytes) {
  const OpenDeviceMemory open;
  std::memmove(to, from, bytes);
  DeviceMemory::instance().note_written(to, bytes);
}

// What CUDA promises of a copy: from pageable memory the source has been read when the call returns, to
// pageable memory it is complete; with pinned memory neither, and the host must leave both sides alone until
// it has waited.
void start_copy(void* to, const void* from, std::size_t bytes, cudaStream_t stream) {
  const DeviceMemory& memory = DeviceMemory::instance();
  const bool pinned_source = memory.contains(from, bytes, MemoryKind::pinned);
  if (!commands_wait()) return move(to, from, bytes);
  if (pinned_source) {
    enqueue(stream, [=, before = checksum(from, bytes)] {
      if (checksum(from, bytes) != before)
        throw Fault("the host wrote to " + std::to_string(bytes) +
                    " bytes of pinned memory while a copy from there was waiting in its stream; it must wait "
                    "(for an event behind the copy, or for the stream) before it reuses them");
      move(to, from, bytes);
    });
  } else if (memory.is_device(from)) {
    const bool pinned_target = memory.contains(to, bytes, MemoryKind::pinned);
    if (pinned_target) std::memset(to, 0xFF, bytes);  // NaN, for a host that does not wait
    enqueue(stream, [=] { move(to, from, bytes); });
    if (!pinned_target && !memory.is_device(to)) finish(stream);
  } else {
    const auto* const bytes_of = static_cast<const std::byte*>(from);
    enqueue(stream,
            [=, read = std::vector<std::byte>(bytes_of, bytes_of + bytes)] { move(to, read.data(), bytes); });
  }
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
  const bool managed = DeviceMemory::instance().contains(pointer, 1, MemoryKind::managed);
  return release("cudaFree", pointer, managed ? MemoryKind::managed : MemoryKind::device);
}
cudaError_t cudaFreeAsync(void* pointer, cudaStream_t stream) {
  if (!pointer) return cudaSuccess;
  if (!commands_wait()) return release_now("cudaFreeAsync", pointer, MemoryKind::device);
  enqueue(stream, [=] { release_now("cudaFreeAsync", pointer, MemoryKind::device); });
  return cudaSuccess;
}
cudaError_t cudaMallocManaged(void** pointer, std::size_t bytes, unsigned) {
  return allocate(pointer, bytes, MemoryKind::managed);
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

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (const std::string wrong = wrong_copy(to, from, bytes, kind); !wrong.empty())
    return set_error(cudaErrorInvalidMemcpyDirection, "cudaMemcpy: " + wrong);
  log_copy(to, from);
  try {
    start_copy(to, from, bytes, stream);
    return cudaSuccess;
  } catch (const Fault& fault) {
    return set_error(cudaErrorLaunchFailure, fault.what());
  }
}

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  const cudaError_t error = cudaMemcpyAsync(to, from, bytes, kind, nullptr);
  return error != cudaSuccess ? error : cudaStreamSynchronize(nullptr);
}

cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (const std::string wrong = wrong_side("the target", memory, bytes, true); !wrong.empty())
    return set_error(cudaErrorInvalidValue, "cudaMemset: " + wrong);
  if (LaunchLog* log = current_log()) ++log->fills;
  enqueue(stream, [=] {
    const OpenDeviceMemory open;
    std::memset(memory, value, bytes);
    DeviceMemory::instance().note_written(memory, bytes);
  });
  return cudaSuccess;
}

cudaError_t cudaMemset(void* memory, int value, std::size_t bytes) {
  return cudaMemsetAsync(memory, value, bytes, nullptr);
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
