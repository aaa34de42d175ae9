#include "reid/report/page/op_source.h"

#include <algorithm>
#include <cctype>

#include "reid/report/page/assets.h"

namespace triptych {
namespace {

// The start of the line that `at` is on.
std::size_t line_start(std::string_view text, std::size_t at) {
  const std::size_t end = text.rfind('\n', at);
  return end == std::string_view::npos ? 0 : end + 1;
}

// The function around the place `at`. In this code's style a function begins in the first column and ends
// with a line of one brace.
OpSource function_around(std::string_view file, std::string_view text, std::size_t at) {
  std::size_t start = line_start(text, at);
  while (start > 0 && !std::isalpha(static_cast<unsigned char>(text[start])))
    start = line_start(text, start - 2);
  const std::size_t end = text.find("\n}\n", at);
  if (end == std::string_view::npos) return {};
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(start), '\n');
  return {std::string(file), static_cast<int>(line) + 1, std::string(text.substr(start, end + 2 - start))};
}

}  // namespace

OpSource find_op(std::string_view file, std::string_view text, const std::string& name) {
  const std::size_t at = text.find('"' + name + '"');
  if (at == std::string_view::npos) return {};
  const OpSource found = function_around(file, text, at);
  const std::size_t shared = text.find(" record(op,");
  const bool records = found.code.find(" record(") != std::string::npos;
  return records || shared == std::string_view::npos ? found : function_around(file, text, shared);
}

std::vector<std::string> backward_comment(const OpSource& source) {
  std::vector<std::string> lines;
  for (std::size_t at = source.code.find("  // saved:"); at != std::string::npos;) {
    if (source.code.compare(at, 5, "  // ") != 0) break;
    const std::size_t end = source.code.find('\n', at), words = source.code.find_first_not_of(" /", at);
    lines.push_back(source.code.substr(words, end - words));
    at = end == std::string::npos ? end : end + 1;
  }
  return lines;
}

OpSource op_source(const std::string& name) {
  for (const Asset& source : embedded_assets()) {
    if (!source.path.starts_with("engine/ops/")) continue;
    OpSource found = find_op(source.path, source.text, name);
    if (!found.code.empty()) return found;
  }
  return {};
}

}  // namespace triptych
