#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace triptych {

// An error of the user or of an input file, as opposed to a bug: the message is one clear sentence that names
// the file or the option and says what to do. apps/main.cpp prints it and exits with 1.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class... Arguments>
[[noreturn]] void fail(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  throw Error(fmt::format(text, std::forward<Arguments>(arguments)...));
}

// Calls fail(...) unless the condition is true; a comparison with NaN is false and therefore fails.
template <class... Arguments>
void require(bool condition, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  if (!condition) fail(text, std::forward<Arguments>(arguments)...);
}

}  // namespace triptych
