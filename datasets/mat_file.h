#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// MATLAB's MAT files of level 5, as far as lists of images need them: real matrices of numbers, and cell
// arrays of text. ("MAT-File Format", The MathWorks, chapter 1.)
namespace triptych {

// One variable: `numbers` or `texts` holds its elements in MATLAB's order (columns first), and the other is
// empty.
struct MatVariable {
  std::vector<double> numbers;
  std::vector<std::string> texts;  // UTF-8
};

// The variables of a file by name. Variables of other kinds (structs, sparse or complex matrices) are passed
// over. Error, with `origin` in it: not a MAT file of level 5 (level 7.3 is HDF5), cut off, sizes that
// contradict each other, a variable that inflates to more than `largest_mat_variable` bytes.
std::map<std::string, MatVariable> read_mat(std::span<const std::uint8_t> bytes, std::string_view origin);

inline constexpr std::size_t largest_mat_variable = std::size_t(64) << 20;

}  // namespace triptych
