#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace triptych::ptx {

// An error that the interpreter found: PTX text that it cannot read, or an invalid operation of a kernel. The
// message is complete: kernel, source line, thread, address.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class... Arguments>
[[noreturn]] void fault(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  throw Fault(fmt::format(text, std::forward<Arguments>(arguments)...));
}

}  // namespace triptych::ptx
