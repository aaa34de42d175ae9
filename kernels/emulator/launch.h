#pragma once
// The two constructs without a C++ spelling: kernel<<<grid, block, bytes, stream>>>(...) and
// `extern __shared__`. kernels/cuda/launch.h has the counterparts for nvcc.
#include <tuple>
#include <type_traits>

#include "kernels/emulator/executor.h"
#include "kernels/emulator/runtime.h"

namespace triptych::emulator {

// runtime.cpp: checks the launch and passes it to the current engine. cudaGetLastError returns the error.
void submit(Launch& launch);
// block.cpp: the dynamic shared memory of the running block.
void* dynamic_shared_memory();

template <class... Parameters>
struct Closure {
  void (*kernel)(Parameters...);
  std::tuple<std::remove_cvref_t<Parameters>...> arguments;
  static void call(const void* closure) {
    const auto& self = *static_cast<const Closure*>(closure);
    std::apply(self.kernel, self.arguments);
  }
};

// Clears the padding of a struct, whose stale bytes might look like a host pointer.
template <class T>
void clear_padding(T& argument) {
#if __has_builtin(__builtin_clear_padding)
  if constexpr (std::is_trivially_copyable_v<T>) __builtin_clear_padding(&argument);
#else
  (void)argument;
#endif
}

}  // namespace triptych::emulator

namespace triptych::cuda {

template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes, cudaStream_t,
            Arguments... arguments) {
  emulator::Closure<Parameters...> closure{kernel, {static_cast<Parameters>(arguments)...}};
  std::apply([](auto&... argument) { (emulator::clear_padding(argument), ...); }, closure.arguments);
  std::apply(
      [&](const auto&... argument) {
        const emulator::Argument list[] = {{&argument, sizeof argument, alignof(decltype(argument)),
                                            std::is_pointer_v<std::remove_cvref_t<decltype(argument)>>}...,
                                           {}};
        emulator::Launch launch{reinterpret_cast<const void*>(kernel),
                                {},
                                grid,
                                block,
                                shared_bytes,
                                {list, sizeof...(argument)},
                                &emulator::Closure<Parameters...>::call,
                                &closure};
        emulator::submit(launch);
      },
      closure.arguments);
}

template <class T>
T* dynamic_shared() {
  return static_cast<T*>(emulator::dynamic_shared_memory());
}

}  // namespace triptych::cuda
