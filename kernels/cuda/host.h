#pragma once
// The host side of every kernel: the state behind Context::stream, device memory for the duration of a call,
// and the checked launch.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/cuda/launch.h"
#include "kernels/real.h"
#include "kernels/shapes.h"

namespace triptych {
struct Context;
}

namespace triptych::cuda {

// Stores the first error of a context in Context::error. Nothing is launched after it: later errors would
// only be its consequences. A kernel's error arrives with some later call, whose report therefore says how to
// learn the kernel's name.
void report(Context& context, const std::string& what, cudaError_t status);
bool failed(const Context& context);  // whether it has such an error
inline bool check(Context& context, const char* what, cudaError_t status) {
  if (status != cudaSuccess) report(context, what, status);
  return status == cudaSuccess;
}

// The CUDA stream of a context. The first call creates it, with all state of the context.
cudaStream_t stream_of(Context& context);

// With TRIPTYCH_CUDA_SYNC=1 in the environment every launch waits for its kernel, whose errors then have its
// name: slow. Returns the status of the kernel, or cudaSuccess at once without that variable.
cudaError_t wait_if_asked(Context& context);

// Scratch memory on the device, released at the end of the scope. It comes from a stack of blocks that the
// context keeps, so that a step in steady state makes no driver call. A stream executes in order, so the next
// kernel may reuse the same bytes without synchronisation.
class Workspace {
 public:
  explicit Workspace(Context& context);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // `count` uninitialised elements, aligned to 256 bytes; null, and an error in the context, when memory is
  // exhausted.
  template <class T>
  T* take(Index count) {
    return static_cast<T*>(take_bytes(static_cast<std::size_t>(count) * sizeof(T)));
  }

 private:
  void* take_bytes(std::size_t bytes);
  Context& context_;
  std::size_t block_, used_;
};

// `count` numbers in device memory that are 0: each counts the blocks of a launch that have come somewhere,
// and is 0 again when the last one has (reduce.cuh). Null, and an error in the context, when memory is
// exhausted.
unsigned* tickets_of(Context& context, Index count);

// Copies a few bytes from the host to device memory asynchronously, through pinned staging memory.
void send(Context& context, void* device, const void* host, std::size_t bytes);

// Where the context keeps its handle of cuBLAS.
void*& library_of(Context& context);

// ---- launching a kernel -----------------------------------------------------------------------------------

// The text of a kernel argument for error messages: numbers, or the fields of a shape.
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

// Kernels that divide use int, since a GPU divides 64-bit integers slowly; a size that does not fit is an
// error.
template <class Parameter, class Argument>
bool fits(const Argument& argument) {
  if constexpr (std::is_integral_v<Parameter> && std::is_integral_v<Argument> &&
                sizeof(Parameter) < sizeof(Argument))
    return argument >= std::numeric_limits<Parameter>::min() &&
           argument <= std::numeric_limits<Parameter>::max();
  else
    return true;
}

// Launches kernel(arguments...) on the stream of the context. `name` is the kernel's name in errors.
template <class... Parameters, class... Arguments>
void start(Context& context, const char* name, void (*kernel)(Parameters...), dim3 grid, dim3 block,
           const Arguments&... arguments) {
  const cudaStream_t stream = stream_of(context);
  if (failed(context)) return;
  cudaError_t status = cudaErrorInvalidValue;
  if ((fits<Parameters>(arguments) && ...)) {
    launch(kernel, grid, block, 0, stream, static_cast<Parameters>(arguments)...);
    status = cudaGetLastError();
    if (status == cudaSuccess) status = wait_if_asked(context);
  }
  if (status != cudaSuccess)
    report(context, describe_launch(name, grid, block, {describe(arguments)...}), status);
}

inline constexpr int block_threads = 256;

constexpr Index divide_up(Index a, Index b) {
  return (a + b - 1) / b;
}

// One GPU thread per element: kernel(n, arguments...). Beyond the largest grid, the kernel strides over the
// elements.
template <class... Parameters, class... Arguments>
void start_elements(Context& context, const char* name, void (*kernel)(Parameters...), Index n,
                    const Arguments&... arguments) {
  if (n <= 0) return;
  const Index most = Index(1) << 24;
  const Index blocks = divide_up(n, block_threads) < most ? divide_up(n, block_threads) : most;
  start(context, name, kernel, dim3(static_cast<unsigned>(blocks)), dim3(block_threads), n, arguments...);
}

}  // namespace triptych::cuda
