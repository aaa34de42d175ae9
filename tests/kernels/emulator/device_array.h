#pragma once
#include <cuda_runtime.h>

#include <string>
#include <vector>

#include "kernels/emulator/options.h"

namespace triptych::test {

// The emulator's sentence for an error; empty for none. The error has then been seen: it waits for no reader
// else.
inline std::string error_of(cudaError_t error) {
  cudaGetLastError();
  return error == cudaSuccess ? std::string() : cudaGetErrorString(error);
}

// While it lives, the emulator checks every access to memory (TRIPTYCH_EMULATOR_WATCH=1).
class Watching {
 public:
  Watching() { emulator::options().watch = true; }
  ~Watching() { emulator::options().watch = before_; }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

 private:
  bool before_ = emulator::options().watch;
};

// An array of device memory.
class DeviceArray {
 public:
  explicit DeviceArray(std::size_t size) : size_(size) { cudaMalloc(&data_, size * sizeof(float)); }
  explicit DeviceArray(const std::vector<float>& values) : DeviceArray(values.size()) {
    cudaMemcpy(data_, values.data(), size_ * sizeof(float), cudaMemcpyHostToDevice);
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  float* data() const { return data_; }
  std::vector<float> values() const {
    std::vector<float> result(size_);
    cudaMemcpy(result.data(), data_, size_ * sizeof(float), cudaMemcpyDeviceToHost);
    return result;
  }

 private:
  float* data_ = nullptr;
  std::size_t size_;
};

}  // namespace triptych::test
