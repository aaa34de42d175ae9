// Devices, streams and events of the CUDA runtime. All calls are synchronous, so streams and events are
// always idle.
#include <chrono>
#include <cstring>
#include <thread>

#include "kernels/emulator/errors.h"
#include "kernels/emulator/memory.h"
#include "kernels/emulator/options.h"
#include "kernels/emulator/shared_memory.h"
#include "kernels/emulator/submit.h"

using namespace triptych::emulator;

struct TriptychStream {};
struct TriptychEvent {
  std::chrono::steady_clock::time_point time;
};

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
cudaError_t cudaDeviceSynchronize() {
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
  properties->regsPerBlock = 65536;
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

cudaError_t cudaDriverGetVersion(int* version) {
  *version = 0;  // no driver
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 12000;
  return cudaSuccess;
}

cudaError_t cudaSetFunctionAttribute(const void* function, cudaFuncAttribute, int value) {
  if (value < 0 || static_cast<std::size_t>(value) > shared_limit_opt_in)
    return set_error(cudaErrorInvalidValue, "a block can have at most 232448 bytes of shared memory");
  allow_dynamic_shared(function, static_cast<std::size_t>(value));
  return cudaSuccess;
}

// ---- streams and events -----------------------------------------------------------------------------------

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  *stream = new TriptychStream;
  return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  return cudaStreamCreate(stream);
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t) {
  return cudaSuccess;
}
cudaError_t cudaStreamQuery(cudaStream_t) {
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) {
  return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new TriptychEvent{std::chrono::steady_clock::now()};
  return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  return cudaEventCreate(event);
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t) {
  event->time = std::chrono::steady_clock::now();
  return cudaSuccess;
}
cudaError_t cudaEventQuery(cudaEvent_t) {
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t) {
  return cudaSuccess;
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  *milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
