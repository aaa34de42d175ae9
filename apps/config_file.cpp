#include "apps/config_file.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "engine/error.h"
#include "engine/text.h"

namespace triptych {
namespace {

constexpr std::string_view blanks = " \t";

// Reads one line from the left to the right; Errors name the file and the line.
class LineReader {
 public:
  LineReader(std::string_view line, std::string where) : rest_(line), where_(std::move(where)) {
    skip_blanks();
  }

  bool at_end() const { return rest_.empty() || rest_.front() == '#'; }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    skip_blanks();
    return true;
  }
  std::string key() {
    const std::size_t end = std::min(rest_.size(), rest_.find_first_of(" \t="));
    const std::string name(rest_.substr(0, end));
    rest_.remove_prefix(end);
    skip_blanks();
    if (name.empty() || !take('=')) wrong("is not of the form name = value");
    return name;
  }
  std::vector<std::string> value() {
    std::vector<std::string> values;
    if (!take('[')) {
      values.push_back(scalar("#"));
    } else {
      while (!take(']')) {
        if (!values.empty() && !take(',')) wrong("holds a list without a comma or an end");
        if (take(']')) break;  // a comma may stand before the end
        if (!rest_.empty() && rest_.front() == '[') wrong("holds a list of lists; lists are one level deep");
        values.push_back(scalar(",]#"));
      }
    }
    if (!at_end()) wrong("goes on behind its value");
    return values;
  }
  [[noreturn]] void wrong(const char* what) const { fail("{} {}", where_, what); }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(blanks))); }

  std::string scalar(std::string_view ends) {
    if (take_quote('"')) return basic_text();
    if (take_quote('\'')) return literal_text();
    std::string_view word = rest_.substr(0, std::min(rest_.size(), rest_.find_first_of(ends)));
    rest_.remove_prefix(word.size());
    word = word.substr(0, word.find_last_not_of(blanks) + 1);
    if (word.empty()) wrong("has no value");
    return std::string(word);
  }
  bool take_quote(char quote) {
    if (rest_.empty() || rest_.front() != quote) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string literal_text() {
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) wrong("holds a text without its closing quote");
    const std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    skip_blanks();
    return text;
  }
  std::string basic_text() {
    std::string text;
    for (;;) {
      if (rest_.empty()) wrong("holds a text without its closing quote");
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') break;
      text += c == '\\' ? escape() : c;
    }
    skip_blanks();
    return text;
  }
  char escape() {
    constexpr std::string_view names = "\"\\ntr", characters = "\"\\\n\t\r";
    const std::size_t at = rest_.empty() ? std::string_view::npos : names.find(rest_.front());
    if (at == std::string_view::npos) wrong("holds an escape other than \\\" \\\\ \\n \\t \\r");
    rest_.remove_prefix(1);
    return characters[at];
  }

  std::string_view rest_;
  std::string where_;
};

bool is_plain(const std::string& value) {
  if (value == "true" || value == "false") return true;
  if (value.empty() || value.find_first_not_of("0123456789+-.e") != std::string::npos) return false;
  char* end = nullptr;
  std::strtod(value.c_str(), &end);
  return end == value.c_str() + value.size();
}

}  // namespace

std::vector<ConfigLine> parse_config(std::string_view text, const std::string& origin) {
  require(is_utf8(text), "{} holds bytes that are not UTF-8", origin);
  std::vector<ConfigLine> lines;
  std::set<std::string> keys;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    LineReader reader(line, fmt::format("{}, line {},", origin, number));
    if (reader.at_end()) continue;
    if (reader.take('[')) reader.wrong("begins a table or a list; options are lines of name = value");
    std::string key = reader.key();
    require(keys.insert(key).second, "{}, line {}: '{}' stands there twice", origin, number, shown(key));
    lines.push_back({std::move(key), reader.value()});
  }
  return lines;
}

std::string config_value(const std::string& value) {
  if (is_plain(value)) return value;
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : std::string(1, c);
  }
  return text + "\"";
}

}  // namespace triptych
