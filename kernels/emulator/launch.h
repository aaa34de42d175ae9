#pragma once
// The two constructs without a C++ spelling: kernel<<<grid, block, bytes, stream>>>(...) and
// `extern __shared__`. kernels/cuda/launch.h has the counterparts for nvcc.
#include <memory>
#include <tuple>
#include <type_traits>

#include "kernels/emulator/executor.h"
#include "kernels/emulator/runtime.h"

namespace triptych::emulator {

// submit.cpp: checks the launch and passes it to the stream, which owns it. cudaGetLastError returns the
// error.
void submit(std::shared_ptr<Launch> launch, cudaStream_t stream);
// block.cpp: the dynamic shared memory of the running block.
void* dynamic_shared_memory();

// Clears the padding of a struct, whose stale bytes might look like a host pointer.
template <class T>
void clear_padding(T& argument) {
#if __has_builtin(__builtin_clear_padding)
  if constexpr (std::is_trivially_copyable_v<T>) __builtin_clear_padding(&argument);
#else
  (void)argument;
#endif
}

// A launch with its own copy of the kernel's arguments.
template <class... Parameters>
struct Closure {
  Closure(void (*kernel_)(Parameters...), std::tuple<std::remove_cvref_t<Parameters>...> arguments_)
      : kernel(kernel_), arguments(arguments_) {
    std::apply(
        [this](auto&... argument) {
          (clear_padding(argument), ...);
          std::size_t i = 0;
          ((list[i++] = {&argument, sizeof argument, alignof(decltype(argument)),
                         std::is_pointer_v<std::remove_cvref_t<decltype(argument)>>}),
           ...);
        },
        arguments);
  }
  static void call(const void* closure) {
    const auto& self = *static_cast<const Closure*>(closure);
    std::apply(self.kernel, self.arguments);
  }

  void (*kernel)(Parameters...);
  std::tuple<std::remove_cvref_t<Parameters>...> arguments;
  Argument list[sizeof...(Parameters) + 1] = {};
  Launch launch;
};

}  // namespace triptych::emulator

namespace triptych::cuda {

template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes,
            cudaStream_t stream, Arguments... arguments) {
  using Closure = emulator::Closure<Parameters...>;
  const auto closure = std::make_shared<Closure>(kernel, std::tuple{static_cast<Parameters>(arguments)...});
  closure->launch = {reinterpret_cast<const void*>(kernel),
                     {},
                     grid,
                     block,
                     shared_bytes,
                     {closure->list, sizeof...(Parameters)},
                     &Closure::call,
                     closure.get()};
  emulator::submit({closure, &closure->launch}, stream);
}

// errors.cpp: true.
bool errors_are_named();

template <class T>
T* dynamic_shared() {
  return static_cast<T*>(emulator::dynamic_shared_memory());
}

}  // namespace triptych::cuda
