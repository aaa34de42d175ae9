// The last error of an OS thread, as cudaGetLastError defines it, and its message.
#include "kernels/emulator/errors.h"

#include <utility>

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
    {cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration", "invalid configuration argument"},
    {cudaErrorInvalidDevicePointer, "cudaErrorInvalidDevicePointer", "invalid device pointer"},
    {cudaErrorInvalidMemcpyDirection, "cudaErrorInvalidMemcpyDirection", "invalid copy direction for memcpy"},
    {cudaErrorNoDevice, "cudaErrorNoDevice", "no CUDA-capable device is detected"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "invalid device ordinal"},
    {cudaErrorInvalidResourceHandle, "cudaErrorInvalidResourceHandle", "invalid resource handle"},
    {cudaErrorNotReady, "cudaErrorNotReady", "device not ready"},
    {cudaErrorIllegalAddress, "cudaErrorIllegalAddress", "an illegal memory access was encountered"},
    {cudaErrorLaunchFailure, "cudaErrorLaunchFailure", "unspecified launch failure"},
};

const Name& find(cudaError_t error) {
  static constexpr Name unknown{cudaErrorInvalidValue, "unknown", "unknown error"};
  for (const Name& name : names)
    if (name.error == error) return name;
  return unknown;
}

}  // namespace

cudaError_t set_error(cudaError_t error, std::string sentence) {
  last = {error, error, std::move(sentence)};
  return error;
}

}  // namespace triptych::emulator

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
