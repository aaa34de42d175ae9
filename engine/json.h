#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/text.h"
#include "kernels/real.h"

// The only reader of JSON from files. The library's own conversions turn 1.5 into 1 and 1e300 into any value,
// keep the last of two equal keys and print values recursively; this reader rejects such input. Included by
// .cpp files only: the library is slow to compile.
namespace triptych {

struct JsonLimits {
  std::size_t bytes = std::size_t(256) << 20;
  int depth = 64;  // maximal nesting of lists and objects
};

// The reason not to pass the text to a parser: it is too large, or nested too deep. One pass, no allocation.
std::string json_fault(std::string_view text, const JsonLimits& limits);

// The value of a JSON text. Errors name `origin`: invalid JSON (with the position), a limit, invalid UTF-8,
// or an object with a duplicate key.
template <class Json = nlohmann::json>
Json parse_json(std::string_view text, std::string_view origin, const JsonLimits& limits = {}) {
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

// A short form of a value for a message: numbers and texts as they are, "a list of 3" for the others.
template <class Json>
std::string shown_json(const Json& value) {
  constexpr std::size_t most = 40;
  if (value.is_array()) return fmt::format("a list of {}", value.size());
  if (value.is_object()) return "an object";
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= most ? text : text.substr(0, most) + "...";
}

// Typed access. `where` begins with the file's name; the Error says what was found and what is expected.
template <class Json>
const Json& json_field(const Json& object, const char* key, std::string_view where) {
  require(object.is_object(), "{}: {} is not an object with '{}'", where, shown_json(object), key);
  const auto found = object.find(key);
  require(found != object.end(), "{}: '{}' is missing", where, key);
  return *found;
}

// An integer in [low, high]. 3.0 is not an integer here: this program writes 3.
template <class Json>
Index json_whole(const Json& value, std::string_view where, Index low = std::numeric_limits<Index>::min(),
                 Index high = std::numeric_limits<Index>::max()) {
  const bool whole =
      value.is_number_integer() &&
      !(value.is_number_unsigned() &&
        value.template get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<Index>::max()));
  require(whole, "{}: {} is not a whole number", where, shown_json(value));
  const Index number = value.template get<Index>();
  require(number >= low && number <= high, "{}: {} is out of range; it must lie between {} and {}", where,
          number, low, high);
  return number;
}
template <class Json>
Index json_index(const Json& object, const char* key, std::string_view where,
                 Index low = std::numeric_limits<Index>::min(),
                 Index high = std::numeric_limits<Index>::max()) {
  return json_whole(json_field(object, key, where), fmt::format("{}: '{}'", where, key), low, high);
}

// A finite number. (1e999 is read as infinity.)
template <class Json>
double json_number(const Json& value, std::string_view where) {
  require(value.is_number(), "{}: {} is not a number", where, shown_json(value));
  const double number = value.template get<double>();
  require(std::isfinite(number), "{}: {} is not a finite number", where, number);
  return number;
}
template <class Json>
double json_number(const Json& object, const char* key, std::string_view where) {
  return json_number(json_field(object, key, where), fmt::format("{}: '{}'", where, key));
}

template <class Json>
const std::string& json_text(const Json& value, std::string_view where) {
  require(value.is_string(), "{}: {} is not a text", where, shown_json(value));
  return value.template get_ref<const std::string&>();
}
template <class Json>
const std::string& json_text(const Json& object, const char* key, std::string_view where) {
  return json_text(json_field(object, key, where), fmt::format("{}: '{}'", where, key));
}

template <class Json>
bool json_bool(const Json& value, std::string_view where) {
  require(value.is_boolean(), "{}: {} is neither true nor false", where, shown_json(value));
  return value.template get<bool>();
}

template <class Json>
const Json& json_list(const Json& value, std::string_view where) {
  require(value.is_array(), "{}: {} is not a list", where, shown_json(value));
  return value;
}

}  // namespace triptych
