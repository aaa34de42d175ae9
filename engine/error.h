#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace triptych {

// What a person did or a file holds, not a bug of ours: the message is one clear sentence that names the file
// or the option and says what to do. apps/main.cpp prints it and exits with 1.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class... Arguments>
[[noreturn]] void fail(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  throw Error(fmt::format(text, std::forward<Arguments>(arguments)...));
}

// if (!condition) fail(...): written so that a condition on a NaN is false and therefore fails.
template <class... Arguments>
void require(bool condition, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  if (!condition) fail(text, std::forward<Arguments>(arguments)...);
}

}  // namespace triptych
