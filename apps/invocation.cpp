#include "apps/invocation.h"

#include <string_view>

namespace triptych {
namespace {

std::string line;

// Quoted for a shell where it has to be.
std::string quoted(std::string_view word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=+@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string(word);
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

void remember_invocation(int count, const char* const* arguments) {
  line.clear();
  for (int i = 0; i < count; ++i) line += (i ? " " : "") + quoted(arguments[i]);
}

const std::string& invocation() {
  return line;
}

}  // namespace triptych
