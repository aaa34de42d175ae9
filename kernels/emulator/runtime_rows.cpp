// The calls of the CUDA runtime for rows with a pitch, for variables of device memory, and for memory of the
// host that a kernel may access.
#include <cstring>
#include <string>

#include "kernels/emulator/errors.h"
#include "kernels/emulator/memory.h"

using namespace triptych::emulator;

cudaError_t cudaMallocPitch(void** pointer, std::size_t* pitch, std::size_t width, std::size_t height) {
  constexpr std::size_t alignment = 512;
  *pitch = (width + alignment - 1) / alignment * alignment;
  return cudaMalloc(pointer, *pitch * height);
}

cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                              std::size_t width, std::size_t height, cudaMemcpyKind kind,
                              cudaStream_t stream) {
  if (to_pitch < width || from_pitch < width)
    return set_error(cudaErrorInvalidPitchValue,
                     "cudaMemcpy2D: a row of " + std::to_string(width) +
                         " bytes is wider than the pitch of " +
                         std::to_string(to_pitch < width ? to_pitch : from_pitch));
  for (std::size_t row = 0; row < height; ++row) {
    const cudaError_t error =
        cudaMemcpyAsync(static_cast<char*>(to) + row * to_pitch,
                        static_cast<const char*>(from) + row * from_pitch, width, kind, stream);
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

cudaError_t cudaMemcpy2D(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                         std::size_t width, std::size_t height, cudaMemcpyKind kind) {
  const cudaError_t error = cudaMemcpy2DAsync(to, to_pitch, from, from_pitch, width, height, kind, nullptr);
  return error != cudaSuccess ? error : cudaStreamSynchronize(nullptr);
}

cudaError_t cudaMemset2D(void* memory, std::size_t pitch, int value, std::size_t width, std::size_t height) {
  for (std::size_t row = 0; row < height; ++row)
    if (const cudaError_t error = cudaMemset(static_cast<char*>(memory) + row * pitch, value, width))
      return error;
  return cudaSuccess;
}

// ---- variables -------------------------------------------------------------------------------------------

static cudaError_t beyond(const char* call, std::size_t bytes, std::size_t offset, std::size_t size) {
  return set_error(cudaErrorInvalidValue, std::string(call) + ": " + std::to_string(bytes) +
                                              " bytes from byte " + std::to_string(offset) +
                                              " on go beyond the variable, which has " +
                                              std::to_string(size));
}

cudaError_t cudaCopyToSymbol(void* symbol, std::size_t size, const void* from, std::size_t bytes,
                             std::size_t offset, cudaMemcpyKind) {
  if (offset > size || bytes > size - offset) return beyond("cudaMemcpyToSymbol", bytes, offset, size);
  const cudaError_t error = cudaDeviceSynchronize();
  std::memcpy(static_cast<char*>(symbol) + offset, from, bytes);
  return error;
}

cudaError_t cudaCopyFromSymbol(void* to, const void* symbol, std::size_t size, std::size_t bytes,
                               std::size_t offset, cudaMemcpyKind) {
  if (offset > size || bytes > size - offset) return beyond("cudaMemcpyFromSymbol", bytes, offset, size);
  const cudaError_t error = cudaDeviceSynchronize();
  std::memcpy(to, static_cast<const char*>(symbol) + offset, bytes);
  return error;
}

// ---- host memory -----------------------------------------------------------------------------------------

cudaError_t cudaHostGetDevicePointer(void** device, void* host, unsigned) {
  *device = host;
  return cudaSuccess;
}
cudaError_t cudaHostRegister(void*, std::size_t, unsigned) {
  return set_error(cudaErrorNotSupported,
                   "cudaHostRegister is not known to the emulator: take pinned memory from cudaMallocHost");
}
cudaError_t cudaHostUnregister(void*) {
  return cudaSuccess;
}
cudaError_t cudaMemPrefetchAsync(const void*, std::size_t, int, cudaStream_t) {
  return cudaSuccess;
}
cudaError_t cudaMemAdvise(const void*, std::size_t, cudaMemoryAdvise, int) {
  return cudaSuccess;
}
