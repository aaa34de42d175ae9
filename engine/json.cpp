#include "engine/json.h"

namespace triptych {

std::string json_fault(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes)
    return fmt::format("has {} bytes of JSON; {} are allowed", text.size(), limits.bytes);
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > limits.depth)
        return fmt::format("nests lists and objects more than {} deep at byte {}", limits.depth, i);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return "";
}

}  // namespace triptych
