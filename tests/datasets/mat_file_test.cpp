#include "datasets/mat_file.h"

#include <doctest/doctest.h>

#include "tests/datasets/mat_writer.h"
#include "tests/drawing/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

std::map<std::string, MatVariable> read(const std::vector<std::uint8_t>& bytes) {
  return read_mat(bytes, "lists.mat");
}

// What SciPy 1.16 writes with do_compression=True after the header of 128 bytes, for
// {'filelist': cells of 4 names, 'labels': [[1], [1], [846], [846]], 'train_idx': [[1], [2]]}; doubles that
// it stores as such, each variable a stream of zlib of its own.
constexpr std::string_view from_scipy =
    "0f0000005d000000789ce3636060086064606003d21c400c6482012b94cf02156384f2d332735273328b4bf8806c0706843e1634"
    "7d20f57c48e60940f986f1060686f140d250af202f1d2246be3946f1066694990334c1c0880aee819883700f0030bd15f20f0000"
    "0035000000789ce36360608800623620e680d220c00ae5b30031231483e472129352738a191838816c050618f8608f42177439c0"
    "6800e9e708020f00000034000000789ce36360600800623620e680d220c00ae53301312314730271495162665e7c664a05541d48"
    "4c8001063ed843190e00c02305d7";

std::vector<std::uint8_t> bytes_of(std::string_view hexadecimal) {
  const auto digit = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  FileBytes bytes = mat_header();
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(digit(hexadecimal[i]) << 4 | digit(hexadecimal[i + 1])));
  return bytes;
}

}  // namespace

TEST_CASE("a MAT file's matrices and cells of text are read, whichever type holds the numbers") {
  const auto variables =
      read(mat_file({mat_matrix("a", std::vector<double>{1, 2.5, -3}),
                     mat_matrix("bytes", std::vector<std::uint8_t>{7, 200, 0, 255, 1}),
                     mat_matrix("short", std::vector<std::uint16_t>{65535}),  // a small element
                     mat_cells("names", {"1_001_1_01.png", "", "x"})}));
  CHECK(variables.size() == 4);
  CHECK(variables.at("a").numbers == std::vector<double>{1, 2.5, -3});
  CHECK(variables.at("bytes").numbers == std::vector<double>{7, 200, 0, 255, 1});
  CHECK(variables.at("short").numbers == std::vector<double>{65535});
  CHECK(variables.at("names").texts == std::vector<std::string>{"1_001_1_01.png", "", "x"});
  CHECK(variables.at("names").numbers.empty());
}

TEST_CASE("compressed variables are inflated: a file of SciPy's") {
  const auto variables = read(bytes_of(from_scipy));
  CHECK(variables.size() == 3);
  CHECK(variables.at("filelist").texts ==
        std::vector<std::string>{"1_001_1_01.png", "1_001_2_06.png", "2_002_1_01.png", "2_002_2_06.png"});
  CHECK(variables.at("labels").numbers == std::vector<double>{1, 1, 846, 846});
  CHECK(variables.at("train_idx").numbers == std::vector<double>{1, 2});
}

TEST_CASE("a MAT file that is cut off anywhere, or contradicts itself, is an Error with the file's name") {
  std::vector<std::uint8_t> file = bytes_of(from_scipy);
  const std::vector<std::uint8_t> whole = file;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    file.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    // A file that ends after the header or after a variable is whole.
    try {
      read(file);
    } catch (const Error& error) {
      CHECK(contains(error.what(), "lists.mat"));
    }
  }
  CHECK(contains(complaint([] { read(std::vector<std::uint8_t>(200, 0)); }), "not a MAT file of level 5"));

  const std::vector<double> two = {1, 2};
  CHECK(contains(complaint([&] { read(mat_file({mat_matrix("a", two, 3)})); }),
                 "a has 2 numbers, and says that it has 3"));
  CHECK(contains(complaint([&] { read(mat_file({mat_matrix("a", two, 1u << 31)})); }), "more than"));
  std::vector<std::uint8_t> damaged = bytes_of(from_scipy);
  damaged[150] ^= 0x55;
  CHECK(contains(complaint([&] { read(damaged); }), "damaged"));
}
