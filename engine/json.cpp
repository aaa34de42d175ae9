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

template <class Json>
Json parse_json(std::string_view text, std::string_view origin, const JsonLimits& limits) {
  if (const std::string fault = json_fault(text, limits); !fault.empty()) fail("{} {}", origin, fault);
  std::vector<std::vector<std::string>> keys;  // of the open objects
  using Event = typename Json::parse_event_t;
  const auto unique = [&](int, Event event, Json& value) {
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) {
      std::vector<std::string>& own = keys.back();
      std::sort(own.begin(), own.end());
      const auto twice = std::adjacent_find(own.begin(), own.end());
      if (twice != own.end()) fail("{} holds the key '{}' twice in one object", origin, shown(*twice));
      keys.pop_back();
    }
    if (event == Event::key) keys.back().push_back(value.template get_ref<const std::string&>());
    return true;
  };
  try {
    return Json::parse(text.begin(), text.end(), unique);
  } catch (const typename Json::exception& error) {
    const std::string what = error.what();  // "[json.exception.parse_error.101] parse error at line 1, ..."
    fail("{} is not JSON: {}", origin, shown(what.substr(std::min(what.size(), what.find("] ") + 2))));
  }
}

template <class Json>
std::string json_dump(const Json& value, int indent, NotUtf8 bytes) {
  using Handler = typename Json::error_handler_t;
  return value.dump(indent, ' ', false, bytes == NotUtf8::replaced ? Handler::replace : Handler::strict);
}

template <class Json>
std::string shown_json(const Json& value) {
  constexpr std::size_t most = 40;
  if (value.is_array()) return fmt::format("a list of {}", value.size());
  if (value.is_object()) return "an object";
  const std::string text = json_dump(value, -1, NotUtf8::replaced);
  return text.size() <= most ? text : text.substr(0, most) + "...";
}

TRIPTYCH_JSON(, nlohmann::json)
TRIPTYCH_JSON(, nlohmann::ordered_json)

}  // namespace triptych
