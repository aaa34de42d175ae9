// The last error of an OS thread, as cudaGetLastError defines it, and its message.
#include "kernels/emulator/errors.h"

#include <unwind.h>

#include <utility>

#include "kernels/emulator/findings.h"
#include "kernels/emulator/launch.h"
#include "kernels/emulator/signals.h"
#include "kernels/emulator/symbols.h"

namespace triptych::emulator {
namespace {

struct LastError {
  cudaError_t error = cudaSuccess;
  cudaError_t of_sentence = cudaSuccess;  // the message remains after the error was fetched
  std::string sentence;
};
thread_local LastError last;

struct Name {
  cudaError_t error;
  const char *name, *sentence;
};
constexpr Name names[] = {
    {cudaSuccess, "cudaSuccess", "no error"},
    {cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument"},
    {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation", "out of memory"},
    {cudaErrorCudartUnloading, "cudaErrorCudartUnloading", "driver shutting down"},
    {cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration", "invalid configuration argument"},
    {cudaErrorInvalidDevicePointer, "cudaErrorInvalidDevicePointer", "invalid device pointer"},
    {cudaErrorInvalidMemcpyDirection, "cudaErrorInvalidMemcpyDirection", "invalid copy direction for memcpy"},
    {cudaErrorInsufficientDriver, "cudaErrorInsufficientDriver",
     "CUDA driver version is insufficient for CUDA runtime version"},
    {cudaErrorNoDevice, "cudaErrorNoDevice", "no CUDA-capable device is detected"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "invalid device ordinal"},
    {cudaErrorNoKernelImageForDevice, "cudaErrorNoKernelImageForDevice",
     "no kernel image is available for execution on the device"},
    {cudaErrorInvalidResourceHandle, "cudaErrorInvalidResourceHandle", "invalid resource handle"},
    {cudaErrorNotReady, "cudaErrorNotReady", "device not ready"},
    {cudaErrorIllegalAddress, "cudaErrorIllegalAddress", "an illegal memory access was encountered"},
    {cudaErrorLaunchFailure, "cudaErrorLaunchFailure", "unspecified launch failure"},
};

// The line of a learner's host code that has called the runtime; empty elsewhere.
std::string calling_place() {
  const void* found = nullptr;
  const auto visit = [](_Unwind_Context* context, void* out) {
    const auto* const at = reinterpret_cast<const char*>(_Unwind_GetIP(context)) - 1;
    if (!is_in_added_image(at)) return _URC_NO_REASON;
    const std::string place = source_of(at);
    if (place.empty() || place.find("/include/") != std::string::npos ||
        place.find("kernels/emulator/") != std::string::npos)
      return _URC_NO_REASON;  // an inline function of a header
    *static_cast<const void**>(out) = at;
    return _URC_END_OF_STACK;
  };
  _Unwind_Backtrace(visit, &found);
  return source_of(found);
}

const Name& find(cudaError_t error) {
  static constexpr Name unknown{cudaErrorInvalidValue, "unknown", "unknown error"};
  for (const Name& name : names)
    if (name.error == error) return name;
  return unknown;
}

}  // namespace

// Calls that fail are findings as well, but for launches, whose kernels are entered by submit.cpp, and for
// memory that is not there.
cudaError_t set_error(cudaError_t error, std::string sentence) {
  if (findings() && error != cudaErrorLaunchFailure && error != cudaErrorMemoryAllocation)
    findings()->add({"call", "", calling_place(), "", sentence});
  last = {error, error, std::move(sentence)};
  return error;
}

}  // namespace triptych::emulator

bool triptych::cuda::errors_are_named() {
  return true;
}

using triptych::emulator::find;
using triptych::emulator::last;

cudaError_t cudaGetLastError() {
  return std::exchange(last.error, cudaSuccess);
}

cudaError_t cudaPeekAtLastError() {
  return last.error;
}

const char* cudaGetErrorName(cudaError_t error) {
  return find(error).name;
}

const char* cudaGetErrorString(cudaError_t error) {
  return error != cudaSuccess && error == last.of_sentence ? last.sentence.c_str() : find(error).sentence;
}
