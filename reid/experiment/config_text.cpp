#include "reid/experiment/config_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace triptych {
namespace {

std::string quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return quoted + "\"";
}

// A line for each field that `describe` names, its meaning in a comment above.
struct Lines {
  std::string& text;

  void line(const char* name, const std::string& value, const std::string& what) {
    text += fmt::format("# {}\n{}={}\n\n", what, name, value);
  }
  template <class T>
  void operator()(const char* name, const T& value, const char* what) {
    if constexpr (std::is_same_v<T, std::string>)
      line(name, quoted(value), what);
    else if constexpr (std::is_same_v<T, std::vector<Index>>)
      line(name, fmt::format("[{}]", fmt::join(value, ",")), what);
    else
      line(name, fmt::format("{}", value), what);
  }
  template <class E>
  void operator()(const char* name, const E& value, const EnumNames<E>& names, const char* what) {
    for (const auto& [text_of, member] : names)
      if (member == value) line(name, quoted(std::string(text_of)), what);
  }
};

}  // namespace

std::string config_text(const DataChoice& choice, const Options& options, const Machine& machine) {
  std::string text;
  Lines add{text};
  describe_data(add, choice);
  add("device", machine.device, "where to compute");
  add("gemm", machine.gemm, "who multiplies matrices: own, or cublas on the device cuda");
  describe(add, options);
  return text;
}

}  // namespace triptych
