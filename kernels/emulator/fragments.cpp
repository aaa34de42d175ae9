#include "kernels/emulator/fragments.h"

#include "kernels/emulator/half.h"

namespace triptych::emulator {
namespace {

constexpr int lanes = 32, rows = 16, columns = 8, most_depth = 16;

// A number of a register: all of it for TF32, whose lower 13 bits do not count, or a half of it.
float number(MatrixType type, std::uint32_t bits, int half) {
  const auto part = static_cast<std::uint16_t>(bits >> (16 * half));
  return type == MatrixType::tf32   ? std::bit_cast<float>(bits & 0xffffe000u)
         : type == MatrixType::bf16 ? bfloat_to_float(part)
                                    : half_to_float(part);
}

}  // namespace

void multiply_fragments(MatrixType type, const LaneRow (&a)[4], const LaneRow (&b)[2], const LaneRow (&c)[4],
                        std::uint32_t* const (&d)[4]) {
  const int depth = depth_of(type);
  const int count = depth / 8;  // numbers in a register
  float left[rows][most_depth], right[most_depth][columns], sums[rows][columns];
  for (int lane = 0; lane < lanes; ++lane) {
    const int group = lane / 4, place = lane % 4;
    for (int r = 0; r < 4; ++r) {
      for (int half = 0; half < count; ++half)
        left[group + r % 2 * 8][place * count + r / 2 * 4 * count + half] = number(type, a[r][lane], half);
      sums[group + r / 2 * 8][2 * place + r % 2] = std::bit_cast<float>(c[r][lane]);
    }
    for (int r = 0; r < 2; ++r)
      for (int half = 0; half < count; ++half)
        right[place * count + r * 4 * count + half][group] = number(type, b[r][lane], half);
  }
  for (int i = 0; i < rows; ++i)
    for (int k = 0; k < depth; ++k)
      for (int j = 0; j < columns; ++j) sums[i][j] += left[i][k] * right[k][j];
  for (int lane = 0; lane < lanes; ++lane)
    for (int r = 0; r < 4; ++r)
      d[r][lane] = std::bit_cast<std::uint32_t>(sums[lane / 4 + r / 2 * 8][lane % 4 * 2 + r % 2]);
}

std::uint32_t part_of_matrix(int lane, bool transposed, const std::uint16_t* const (&matrix)[8]) {
  const int group = lane / 4, place = lane % 4;
  const std::uint16_t low = transposed ? matrix[2 * place][group] : matrix[group][2 * place];
  const std::uint16_t high = transposed ? matrix[2 * place + 1][group] : matrix[group][2 * place + 1];
  return static_cast<std::uint32_t>(high) << 16 | low;
}

}  // namespace triptych::emulator
