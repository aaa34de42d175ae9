#pragma once
#include <concepts>
#include <filesystem>
#include <string>
#include <string_view>

namespace triptych {

// Whether the text is well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view text);

// What is wrong with a text for file names, tables and pages: empty if nothing, else "holds bytes that are
// not UTF-8" or "holds the control character \n". JSON and HTML files are UTF-8; config files and tables have
// one line per item.
std::string text_fault(std::string_view text);

// The text with control characters and invalid bytes escaped as \n, \x1b, \xff, for a one-line message.
std::string shown(std::string_view text);
template <std::same_as<std::filesystem::path> Path>  // a text would convert to a path, too
std::string shown(const Path& path) {
  return shown(std::string_view(path.native()));
}

// A field of a CSV file (RFC 4180): quoted if it contains a comma, a quote or a line break.
std::string csv_field(std::string_view text);

}  // namespace triptych
