#pragma once
// What a learner's file is rewritten to (kernels/laboratory/source.h), for the constructs of CUDA that C++
// cannot spell:
//
//   scale<<<grid, block>>>(x, 2)       triptych_configure(grid, block) << triptych_launch_scale(x, 2)
//   __global__ void scale(float* x, int n) {...}
//                                      ... and behind it triptych_launch_scale, a function with the kernel's
//                                      template parameters and parameters, so that arguments are deduced and
//                                      converted as in a call of the kernel; it returns the kernel with them
//   kernel<<<grid, block>>>(x)         where kernel is a pointer:
//                                      triptych_configure(grid, block) << triptych_pointer(kernel)(x)
//   extern __shared__ float s[];       auto* const s = triptych_shared<float>();
#include "kernels/emulator/launch.h"

// A variable of device memory. The linker gathers them in one section, where they are found (symbols.h).
#define TRIPTYCH_DEVICE_VARIABLE __attribute__((section("triptych_device"), used))

// An assertion ends the launch where a kernel makes it, and else the program.
asm(".set __assert_fail, triptych_assert_fail");

namespace triptych::cuda {

struct Configuration {
  dim3 grid, block;
  std::size_t shared_bytes;
  cudaStream_t stream;
};

// A kernel with its arguments.
template <class... Parameters>
struct Bound {
  void (*kernel)(Parameters...);
  std::tuple<std::remove_cvref_t<Parameters>...> arguments;
};

template <class... Parameters>
void operator<<(const Configuration& c, const Bound<Parameters...>& bound) {
  std::apply(
      [&](const auto&... arguments) {
        launch(bound.kernel, c.grid, c.block, c.shared_bytes, c.stream, arguments...);
      },
      bound.arguments);
}

}  // namespace triptych::cuda

// Names that no macro of a learner's has for a parameter.
inline triptych::cuda::Configuration triptych_configure(dim3 grid, dim3 block, std::size_t shared_bytes = 0,
                                                        cudaStream_t stream = nullptr) {
  return {grid, block, shared_bytes, stream};
}
template <class... Parameters>
triptych::cuda::Bound<Parameters...> triptych_bound(void (*kernel)(Parameters...),
                                                    std::type_identity_t<Parameters>... arguments) {
  return {kernel, {arguments...}};
}
template <class... Parameters>
auto triptych_pointer(void (*kernel)(Parameters...)) {
  return [kernel](std::type_identity_t<Parameters>... arguments) {
    return triptych_bound(kernel, arguments...);
  };
}
template <class T>
T* triptych_shared() {
  return triptych::cuda::dynamic_shared<T>();
}

// Operands of inline PTX (kernels/laboratory/assembly.h): 32 bits, whatever their type.
template <class T>
std::uint32_t triptych_word(T value) {
  if constexpr (sizeof(T) == sizeof(std::uint32_t))
    return std::bit_cast<std::uint32_t>(value);
  else
    return static_cast<std::uint32_t>(value);
}
template <class T, class Bits>
void triptych_put(T& to, Bits value) {
  static_assert(sizeof(T) == sizeof(value), "an operand of this instruction has 32 bits");
  to = std::bit_cast<T>(value);
}
