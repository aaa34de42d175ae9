#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace triptych {

// A line `key = value` of a config file, the part of TOML that this program writes and reads: a value is a
// number or a word, a text in "..." (with \" \\ \n \t \r) or '...' (as it stands), or a list of these
// in brackets. Comments begin with # outside of quotes. No tables, no lists of lists.
struct ConfigLine {
  std::string key;
  std::vector<std::string> values;  // one, or those of a list
};

// Errors name `origin` and the line. A key that stands twice is one.
std::vector<ConfigLine> parse_config(std::string_view text, const std::string& origin);

// A value as parse_config reads it: numbers, true and false as they are, anything else in quotes.
std::string config_value(const std::string& value);

}  // namespace triptych
