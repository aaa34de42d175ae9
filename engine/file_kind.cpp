#include "engine/file_kind.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/file.h"
#include "engine/text.h"

namespace triptych {
namespace {

bool is_text(std::string_view bytes) {
  return std::none_of(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<unsigned char>(c) < 32 && c != '\n' && c != '\r' && c != '\t';
  });
}

// The first line of a CSV file has the names of its columns: words separated by commas.
bool is_header(std::string_view line) {
  return line.find(',') != std::string_view::npos &&
         line.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_, -") ==
             std::string_view::npos;
}

}  // namespace

std::string file_kind(std::string_view b) {
  using namespace std::string_view_literals;
  if (b.empty()) return "";
  if (b.starts_with("\x89PNG\r\n\x1a\n"sv)) return "a PNG image";
  if (b.starts_with("\xff\xd8"sv)) return "a JPEG image";
  if (b.starts_with("\x93NUMPY"sv)) return "a NumPy array";
  if (b.starts_with("tripfea1"sv)) return "cached features";
  if (b.size() > 3 && b[0] == 8 && b[2] == 0x12 && !is_text(b)) return "an ONNX model";  // version, producer
  if (b.starts_with("BM"sv) && !is_text(b)) return "a BMP image";
  if (b.size() > 2 && (b.starts_with("P5"sv) || b.starts_with("P6"sv)) && (b[2] == '\n' || b[2] == ' '))
    return "a PPM image";
  if (b.size() > 9 && b[8] == '{' && b.substr(4, 4) == "\0\0\0\0"sv) return "a safetensors file";
  if (!is_text(b)) return "a file of an unknown kind";

  const std::size_t at = b.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos) return "";
  const std::string_view text = b.substr(at);
  if (text.starts_with("<svg"sv) || text.starts_with("<?xml"sv)) return "an SVG drawing";
  if (text.starts_with("<"sv)) return "an HTML page";
  if (text.starts_with("{"sv)) return "a JSON object";
  if (text.starts_with("["sv)) return "a JSON list";
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  if (is_header(line)) return "a table with the columns " + std::string(line);
  return "text";
}

}  // namespace triptych
