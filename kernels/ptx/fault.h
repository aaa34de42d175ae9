#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace triptych::ptx {

// An error that the interpreter found: PTX text that it cannot read, or an invalid operation of a kernel. The
// message is complete: kernel, source line, thread, address.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
  Fault(const std::string& message, std::string place_, std::string problem_)
      : std::runtime_error(message), place(std::move(place_)), problem(std::move(problem_)) {}
  // Where a kernel's operation is invalid: the source line, and the message behind it.
  std::string place, problem;
};

template <class... Arguments>
[[noreturn]] void fault(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  throw Fault(fmt::format(text, std::forward<Arguments>(arguments)...));
}

}  // namespace triptych::ptx
