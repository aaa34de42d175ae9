#pragma once
#include <concepts>
#include <filesystem>
#include <string>
#include <string_view>

namespace triptych {

// Is the text well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF)?
bool is_utf8(std::string_view text);

// What is wrong with a text that is to stand in file names, tables and pages: empty for a good one, else
// "holds bytes that are not UTF-8" or "holds the control character \n". JSON and HTML files are UTF-8, a
// config file and a table have a line for each item.
std::string text_fault(std::string_view text);

// The text with control characters and bytes that are not UTF-8 written as \n, \x1b, \xff: fit for a message
// of one line.
std::string shown(std::string_view text);
template <std::same_as<std::filesystem::path> Path>  // a text would convert to a path, too
std::string shown(const Path& path) {
  return shown(std::string_view(path.native()));
}

// A field of a CSV file (RFC 4180): in quotes where it holds a comma, a quote or a line break.
std::string csv_field(std::string_view text);

}  // namespace triptych
