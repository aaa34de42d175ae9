// The layouts of ldmatrix and mma.sync, as the PTX manual states them ("Matrix fragments for mma.m16n8k8 with
// .tf32", "... mma.m16n8k16 with floating point type"), written down a second time here: a register of each
// lane is looked up by the manual's rule for it.
#include "kernels/emulator/fragments.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "kernels/emulator/half.h"
#include "kernels/philox.h"

using namespace triptych;
using namespace triptych::emulator;

namespace {

constexpr int rows = 16, columns = 8;

struct Matrices {
  std::vector<float> a, b, c;  // [16, k], [k, 8], [16, 8]
};

std::uint32_t half_bits(MatrixType type, float value) {
  return type == MatrixType::bf16 ? float_to_bfloat(value) : float_to_half(value);
}

// D = A B + C through the fragments.
std::vector<float> multiply(MatrixType type, const Matrices& x) {
  const int k = depth_of(type);
  std::uint32_t a[4][32] = {}, b[2][32] = {}, c[4][32], d[4][32];
  for (int lane = 0; lane < 32; ++lane) {
    const int group_id = lane >> 2, thread_in_group = lane % 4;
    const auto of_a = [&](int row, int column) { return x.a[std::size_t(row * k + column)]; };
    const auto of_b = [&](int row, int column) { return x.b[std::size_t(row * columns + column)]; };
    if (type == MatrixType::tf32) {
      // row = groupID for a0 and a2, groupID + 8 for a1 and a3;
      // col = threadID_in_group for a0 and a1, threadID_in_group + 4 for a2 and a3
      a[0][lane] = std::bit_cast<std::uint32_t>(of_a(group_id, thread_in_group));
      a[1][lane] = std::bit_cast<std::uint32_t>(of_a(group_id + 8, thread_in_group));
      a[2][lane] = std::bit_cast<std::uint32_t>(of_a(group_id, thread_in_group + 4));
      a[3][lane] = std::bit_cast<std::uint32_t>(of_a(group_id + 8, thread_in_group + 4));
      // row = threadID_in_group for b0, threadID_in_group + 4 for b1; col = groupID
      b[0][lane] = std::bit_cast<std::uint32_t>(of_b(thread_in_group, group_id));
      b[1][lane] = std::bit_cast<std::uint32_t>(of_b(thread_in_group + 4, group_id));
    } else {
      // row = groupID for ai where 0 <= i < 2 || 4 <= i < 6, groupID + 8 otherwise
      // col = (threadID_in_group * 2) + (i & 0x1), for i >= 4 that + 8
      for (int i = 0; i < 8; ++i) {
        const int row = (i < 2 || (i >= 4 && i < 6)) ? group_id : group_id + 8;
        const int column = thread_in_group * 2 + (i & 1) + (i < 4 ? 0 : 8);
        a[i / 2][lane] |= half_bits(type, of_a(row, column)) << (16 * (i % 2));
      }
      // row = (threadID_in_group * 2) + (i & 0x1) for bi where i < 2, that + 8 for i >= 2; col = groupID
      for (int i = 0; i < 4; ++i) {
        const int row = thread_in_group * 2 + (i & 1) + (i < 2 ? 0 : 8);
        b[i / 2][lane] |= half_bits(type, of_b(row, group_id)) << (16 * (i % 2));
      }
    }
    // row = groupID for c0 and c1, groupID + 8 for c2 and c3; col = (threadID_in_group * 2) + (i & 0x1)
    for (int i = 0; i < 4; ++i) {
      const int row = i < 2 ? group_id : group_id + 8, column = thread_in_group * 2 + (i & 1);
      c[i][lane] = std::bit_cast<std::uint32_t>(x.c[std::size_t(row * columns + column)]);
    }
  }
  multiply_fragments(type, {a[0], a[1], a[2], a[3]}, {b[0], b[1]}, {c[0], c[1], c[2], c[3]},
                     {d[0], d[1], d[2], d[3]});
  std::vector<float> result(rows * columns);
  for (int lane = 0; lane < 32; ++lane)
    for (int i = 0; i < 4; ++i)
      result[std::size_t(((lane >> 2) + (i < 2 ? 0 : 8)) * columns + lane % 4 * 2 + (i & 1))] =
          std::bit_cast<float>(d[i][lane]);
  return result;
}

Matrices zeros(MatrixType type) {
  const auto k = static_cast<std::size_t>(depth_of(type));
  return {std::vector<float>(rows * k), std::vector<float>(k * columns), std::vector<float>(rows * columns)};
}

float random(std::uint32_t at, std::uint32_t stream) {
  return float(Philox::generate({at, stream, 0, 0}, 7)[0]) * 0x1p-31f - 1;
}

constexpr MatrixType types[] = {MatrixType::tf32, MatrixType::bf16, MatrixType::f16};

// The nearest number of the type, in double: `digits` digits behind the leading one.
double rounded(double x, int digits) {
  if (x == 0) return 0;
  const double unit = std::ldexp(1.0, std::ilogb(x) - digits);
  return std::nearbyint(x / unit) * unit;
}

}  // namespace

TEST_CASE("fragments: each element of A meets each of B where the manual says") {
  for (const MatrixType type : types) {
    const int k = depth_of(type);
    Matrices x = zeros(type);
    for (std::size_t i = 0; i < x.b.size(); ++i) x.b[i] = static_cast<float>(i + 1);  // exact in BF16
    for (int row = 0; row < rows; ++row)
      for (int p = 0; p < k; ++p) {
        x.a.assign(x.a.size(), 0.0f);
        x.a[std::size_t(row * k + p)] = 1;
        const std::vector<float> d = multiply(type, x);
        for (int i = 0; i < rows; ++i)
          for (int j = 0; j < columns; ++j)
            REQUIRE(d[std::size_t(i * columns + j)] == (i == row ? x.b[std::size_t(p * columns + j)] : 0.0f));
      }
  }
}

TEST_CASE("fragments: C is added, element by element") {
  for (const MatrixType type : types) {
    Matrices x = zeros(type);
    for (std::size_t i = 0; i < x.c.size(); ++i) x.c[i] = static_cast<float>(i) + 0.5f;
    CHECK(multiply(type, x) == x.c);
  }
}

// Inputs are rounded, products exact, sums in float: against a model in double the difference is that of k
// additions.
TEST_CASE("fragments: a product agrees with a model of its roundings in double") {
  constexpr int digits[] = {10, 7, 10};
  for (int t = 0; t < 3; ++t) {
    const MatrixType type = types[t];
    const int k = depth_of(type);
    Matrices x = zeros(type);
    for (std::size_t i = 0; i < x.a.size(); ++i) x.a[i] = random(std::uint32_t(i), 1);
    for (std::size_t i = 0; i < x.b.size(); ++i) x.b[i] = random(std::uint32_t(i), 2);
    for (std::size_t i = 0; i < x.c.size(); ++i) x.c[i] = random(std::uint32_t(i), 3);
    Matrices given = x;
    if (type == MatrixType::tf32) {
      for (std::vector<float>* numbers : {&given.a, &given.b})
        for (float& v : *numbers) v = std::bit_cast<float>(to_tf32(v));
    }
    const std::vector<float> d = multiply(type, given);
    double largest = 0;
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j) {
        double exact = x.c[std::size_t(i * columns + j)], size = std::abs(exact);
        for (int p = 0; p < k; ++p) {
          const double term = rounded(x.a[std::size_t(i * k + p)], digits[t]) *
                              rounded(x.b[std::size_t(p * columns + j)], digits[t]);
          exact += term, size += std::abs(term);
        }
        const double error = std::abs(d[std::size_t(i * columns + j)] - exact);
        CHECK(error <= k * 0x1p-24 * size);
        largest = std::max(largest, error);
      }
    CHECK(largest > 0);  // float has rounded somewhere
  }
}

TEST_CASE("fragments: TF32 keeps 10 bits of fraction, to the nearest, and mma.sync ignores the others") {
  CHECK(to_tf32(1.0f) == std::bit_cast<std::uint32_t>(1.0f));
  CHECK(std::bit_cast<float>(to_tf32(1.0f + 0x1p-11f)) == 1.0f + 0x1p-10f);  // a tie, away from zero
  CHECK(std::bit_cast<float>(to_tf32(-1.0f - 0x1p-11f)) == -1.0f - 0x1p-10f);
  CHECK(std::bit_cast<float>(to_tf32(1.0f + 0x1p-11f - 0x1p-20f)) == 1.0f);
  CHECK(std::bit_cast<float>(to_tf32(INFINITY)) == INFINITY);
  CHECK(std::isnan(std::bit_cast<float>(to_tf32(NAN))));
  Matrices x = zeros(MatrixType::tf32);
  x.a[0] = 1.0f + 0x1p-10f + 0x1p-11f;  // not rounded before: cut off
  x.b[0] = 1;
  CHECK(multiply(MatrixType::tf32, x)[0] == 1.0f + 0x1p-10f);
}

TEST_CASE(
    "fragments: ldmatrix gives lane l the numbers 2 (l % 4) and the next of row l / 4; .trans of column") {
  std::uint16_t matrix[8][8];
  const std::uint16_t* row_addresses[8];
  for (int r = 0; r < 8; ++r) {
    row_addresses[r] = matrix[r];
    for (int c = 0; c < 8; ++c) matrix[r][c] = static_cast<std::uint16_t>(100 * r + c);
  }
  for (int lane = 0; lane < 32; ++lane) {
    const int group = lane / 4, first = lane % 4 * 2;
    const std::uint32_t plain = part_of_matrix(lane, false, row_addresses),
                        transposed = part_of_matrix(lane, true, row_addresses);
    CHECK((plain & 0xffff) == std::uint32_t(100 * group + first));
    CHECK((plain >> 16) == std::uint32_t(100 * group + first + 1));
    CHECK((transposed & 0xffff) == std::uint32_t(100 * first + group));
    CHECK((transposed >> 16) == std::uint32_t(100 * (first + 1) + group));
  }
}
