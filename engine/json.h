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
Json parse_json(std::string_view text, std::string_view origin, const JsonLimits& limits = {});

// The value as text: on one line, or with `indent` blanks for each level. Bytes that are no UTF-8 are an
// exception, or, where such names may be shown, U+FFFD.
enum class NotUtf8 { refused, replaced };
template <class Json>
std::string json_dump(const Json& value, int indent = -1, NotUtf8 bytes = NotUtf8::refused);

// A short form of a value for a message: numbers and texts as they are, "a list of 3" for the others.
template <class Json>
std::string shown_json(const Json& value);

// The library's parser and writer are most of what a source with JSON costs to compile: json.cpp has them,
// for the two kinds of objects, those that sort their keys and those that keep the order.
#define TRIPTYCH_JSON(extern_, Json)                                                       \
  extern_ template Json parse_json(std::string_view, std::string_view, const JsonLimits&); \
  extern_ template std::string json_dump(const Json&, int, NotUtf8);                       \
  extern_ template std::string shown_json(const Json&);
TRIPTYCH_JSON(extern, nlohmann::json)
TRIPTYCH_JSON(extern, nlohmann::ordered_json)

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
