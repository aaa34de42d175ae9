#pragma once
// The host's side of every kernel: the state behind Context::stream, memory of the device for the length of
// one call, and the one way to start a kernel, which checks.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/cuda/launch.h"
#include "kernels/kernels.h"

namespace triptych::cuda {

// Keeps the first error of a context in Context::error. Nothing is started after it: later errors would only
// be its echo.
void report(Context& context, const std::string& what, cudaError_t status);
bool failed(const Context& context);  // whether it has such an error
inline bool check(Context& context, const char* what, cudaError_t status) {
  if (status != cudaSuccess) report(context, what, status);
  return status == cudaSuccess;
}

// The CUDA stream of a context; made, with all that belongs to a context, when it is asked for the first
// time.
cudaStream_t stream_of(Context& context);

// Scratch memory on the device, given back at the end of the scope. It comes from a stack of blocks that the
// context keeps, so that a step in steady state asks the driver for nothing; since a stream does its work in
// order, the next kernel may use the same bytes without waiting for anybody.
class Workspace {
 public:
  explicit Workspace(Context& context);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // `count` uninitialised elements, aligned to 256 bytes; null, and an error in the context, when there are
  // no more.
  template <class T>
  T* take(Index count) {
    return static_cast<T*>(take_bytes(static_cast<std::size_t>(count) * sizeof(T)));
  }

 private:
  void* take_bytes(std::size_t bytes);
  Context& context_;
  std::size_t block_, used_;
};

// Copies a few bytes of the host into device memory without waiting: they go through pinned staging memory.
void send(Context& context, void* device, const void* host, std::size_t bytes);

// ---- starting a kernel ------------------------------------------------------------------------------------

// An argument of a kernel in words, for the error message: numbers as they are, shapes by their fields.
std::string describe(const ConvolutionShape& s);
std::string describe(const PoolShape& s);
std::string describe(const StripShape& s);
std::string describe(const RecurrentShape& s);
std::string describe(const StridedShape& s);
std::string describe(const PatchMatchShape& s);
template <class T>
std::string describe(const T& argument) {
  if constexpr (std::is_arithmetic_v<T>)
    return std::to_string(argument);
  else if constexpr (std::is_pointer_v<T>)
    return argument ? "array" : "null";
  else
    return "{...}";
}
std::string describe_launch(const char* name, dim3 grid, dim3 block,
                            const std::vector<std::string>& arguments);

// Kernels count in int where they divide, since a GPU divides 64-bit integers slowly; a size that does not
// fit is an error.
template <class Parameter, class Argument>
bool fits(const Argument& argument) {
  if constexpr (std::is_integral_v<Parameter> && std::is_integral_v<Argument> &&
                sizeof(Parameter) < sizeof(Argument))
    return argument >= std::numeric_limits<Parameter>::min() &&
           argument <= std::numeric_limits<Parameter>::max();
  else
    return true;
}

// Puts kernel(arguments...) on the stream of the context. `name` is what errors call it.
template <class... Parameters, class... Arguments>
void start(Context& context, const char* name, void (*kernel)(Parameters...), dim3 grid, dim3 block,
           const Arguments&... arguments) {
  const cudaStream_t stream = stream_of(context);
  if (failed(context)) return;
  cudaError_t status = cudaErrorInvalidValue;
  if ((fits<Parameters>(arguments) && ...)) {
    launch(kernel, grid, block, 0, stream, static_cast<Parameters>(arguments)...);
    status = cudaGetLastError();
  }
  if (status != cudaSuccess)
    report(context, describe_launch(name, grid, block, {describe(arguments)...}), status);
}

inline constexpr int block_threads = 256;

constexpr Index divide_up(Index a, Index b) {
  return (a + b - 1) / b;
}

// One GPU thread for each of n elements: kernel(n, arguments...). The kernel strides over what is beyond the
// largest grid.
template <class... Parameters, class... Arguments>
void start_elements(Context& context, const char* name, void (*kernel)(Parameters...), Index n,
                    const Arguments&... arguments) {
  if (n <= 0) return;
  const Index most = Index(1) << 24;
  const Index blocks = divide_up(n, block_threads) < most ? divide_up(n, block_threads) : most;
  start(context, name, kernel, dim3(static_cast<unsigned>(blocks)), dim3(block_threads), n, arguments...);
}

}  // namespace triptych::cuda
