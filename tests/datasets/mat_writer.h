#pragma once
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

// MAT files of level 5 without compression, for tests of what reads them.
namespace triptych::testing {

using FileBytes = std::vector<std::uint8_t>;

inline FileBytes joined(const std::vector<FileBytes>& parts) {
  FileBytes bytes;
  for (const FileBytes& part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
  return bytes;
}

inline FileBytes mat_header() {
  FileBytes bytes(128, ' ');
  bytes[124] = 0, bytes[125] = 1, bytes[126] = 'I', bytes[127] = 'M';
  return bytes;
}

inline FileBytes mat_file(const std::vector<FileBytes>& variables) {
  return joined({mat_header(), joined(variables)});
}

inline void append_word(FileBytes& bytes, std::uint32_t word) {
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
}

// An element: of up to 4 bytes the short form, as MATLAB writes it.
inline FileBytes mat_element(std::uint32_t type, const FileBytes& data) {
  FileBytes bytes;
  const auto size = static_cast<std::uint32_t>(data.size());
  if (size > 0 && size <= 4)
    append_word(bytes, size << 16 | type);
  else
    append_word(bytes, type), append_word(bytes, size);
  bytes.insert(bytes.end(), data.begin(), data.end());
  while (bytes.size() % 8 != 0) bytes.push_back(0);
  return bytes;
}

inline FileBytes mat_array(std::uint8_t kind, std::uint32_t rows, const std::string& name,
                           const FileBytes& content) {
  FileBytes flags, sizes;
  append_word(flags, kind), append_word(flags, 0);
  append_word(sizes, rows), append_word(sizes, 1);
  return mat_element(14, joined({mat_element(6, flags), mat_element(5, sizes),
                                 mat_element(1, FileBytes(name.begin(), name.end())), content}));
}

// A column of doubles, stored as T; `rows` may lie.
template <class T>
FileBytes mat_matrix(const std::string& name, const std::vector<T>& values, std::uint32_t rows = 0) {
  constexpr std::uint32_t type = std::is_same_v<T, double> ? 9 : sizeof(T) == 1 ? 2 : 4;
  const auto* first = reinterpret_cast<const std::uint8_t*>(values.data());
  const FileBytes data(first, first + values.size() * sizeof(T));
  return mat_array(6, rows ? rows : static_cast<std::uint32_t>(values.size()), name, mat_element(type, data));
}

// A column of cells, each a text of 16-bit characters.
inline FileBytes mat_cells(const std::string& name, const std::vector<std::string>& texts) {
  std::vector<FileBytes> cells;
  for (const std::string& text : texts) {
    FileBytes characters;
    for (const char c : text) characters.push_back(static_cast<std::uint8_t>(c)), characters.push_back(0);
    cells.push_back(mat_array(4, static_cast<std::uint32_t>(text.size()), "", mat_element(4, characters)));
  }
  return mat_array(1, static_cast<std::uint32_t>(texts.size()), name, joined(cells));
}

}  // namespace triptych::testing
