#include "reid/report/npy.h"

#include <bit>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/file.h"

namespace triptych {

// The format: "\x93NUMPY", version 1.0, the header's length in two bytes, the header (a Python literal,
// filled up with spaces and a newline so that the numbers start at a multiple of 64), the numbers.
void write_npy(const std::filesystem::path& file, Index rows, Index columns, std::span<const Real> values) {
  static_assert(std::endian::native == std::endian::little, "the numbers are written as they lie in memory");
  require(static_cast<Index>(values.size()) == rows * columns, "{} values are not {} rows of {}",
          values.size(), rows, columns);
  constexpr std::size_t prefix = 10, alignment = 64;
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  header.append(alignment - 1 - (prefix + header.size()) % alignment, ' ');
  header += '\n';
  const std::vector<float> numbers(values.begin(), values.end());
  write_file(file, [&](std::ostream& out) {
    out.write("\x93NUMPY\x01\x00", 8);
    out.put(static_cast<char>(header.size() & 0xFF)).put(static_cast<char>(header.size() >> 8));
    out << header;
    out.write(reinterpret_cast<const char*>(numbers.data()),
              static_cast<std::streamsize>(numbers.size() * sizeof(float)));
  });
}

}  // namespace triptych
