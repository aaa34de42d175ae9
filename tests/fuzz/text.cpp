// UTF-8, the short form for messages, CSV fields, and the kinds of files.
#include "engine/text.h"

#include <string>

#include "engine/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace triptych;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string line = shown(text);
  if (!text_fault(line).empty()) __builtin_trap();
  if (text_fault(text).empty() && line != text) __builtin_trap();
  if (csv_field(text).size() < text.size()) __builtin_trap();
  if (file_kind(text).empty() && text.find_first_not_of(" \t\r\n") != std::string_view::npos)
    __builtin_trap();
  return 0;
}
