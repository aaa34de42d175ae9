#pragma once
// The list of planted mistakes, in three parts; planted_test.cpp makes each of them on both tools.
#include <cuda_runtime.h>

#include <functional>
#include <string>
#include <vector>

#include "kernels/emulator/sanitizer.h"
#include "tests/kernels/emulator/device_array.h"
#include "tests/kernels/planted/kernels.h"

namespace triptych::test {

using cuda::launch;

// Device memory of any type, filled with one value.
template <class T>
class Words {
 public:
  Words(std::size_t size, T value) : Words(std::vector<T>(size, value)) {}
  explicit Words(const std::vector<T>& values) {
    cudaMalloc(&data_, values.size() * sizeof(T));
    cudaMemcpy(data_, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice);
  }
  ~Words() { cudaFree(data_); }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;
  T* data() const { return data_; }

 private:
  T* data_ = nullptr;
};
using Floats = Words<float>;

// What a tool says about a piece of host code; empty when it has nothing to say.
using Case = std::function<std::string()>;
inline std::string last_error() {
  return error_of(cudaGetLastError());
}

struct Mistake {
  const char* name;
  Case wrong;
  const char* said[2];  // by the emulator and by ptx; null: not caught
  Case right;           // the same without the mistake, where there is such a thing
};

inline Case with_floats(std::size_t size, float value, const std::function<void(float*)>& run) {
  return [=] {
    const Floats y(size, value);
    run(y.data());
    return last_error();
  };
}

std::vector<Mistake> kernel_mistakes();  // memory, barriers, warps, sizes
std::vector<Mistake> stream_mistakes();  // copies, and what happens when the host does not wait
std::vector<Mistake> tensor_mistakes();  // asynchronous copies and tensor cores

}  // namespace triptych::test
