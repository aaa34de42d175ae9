#pragma once
// What the tensor cores compute, by the layouts of the PTX manual (section "Warp Level Matrix Instructions").
// A matrix is spread over the registers of a warp, a *fragment* in each lane; with lane = 4 group + place:
//
//   C, D [16, 8] float     register r     row group + 8 (r / 2), column 2 place + r % 2
//   A [16, 8] TF32         register r     row group + 8 (r % 2), column place + 4 (r / 2)
//   B [8, 8] TF32          register r     row place + 4 r, column group
//   A [16, 16] 16 bits     register r     row group + 8 (r % 2), columns 2 place + 8 (r / 2) and the next one
//   B [16, 8] 16 bits      register r     rows 2 place + 8 r and the next one, column group
//   ldmatrix [8, 8] 16 bits               row group, columns 2 place and the next one (.trans: exchanged)
//
// Of two numbers of 16 bits in a register the first is in the lower half. The emulator and the PTX
// interpreter both compute with these functions, so they give the same bits.
#include <bit>
#include <cstdint>

namespace triptych::emulator {

// Of A and B; C and D are float. TF32 is a float of which the upper 19 bits count: 8 of exponent, 10 of
// fraction.
enum class MatrixType : std::uint8_t { tf32, bf16, f16 };

// The registers of A and B in a lane, and those of C and D.
inline constexpr int registers_of_a = 4, registers_of_b = 2, registers_of_c = 4;
constexpr int depth_of(MatrixType type) {  // columns of A
  return type == MatrixType::tf32 ? 8 : 16;
}

// One register of the 32 lanes.
using LaneRow = const std::uint32_t*;
// mma.sync: D = A B + C, in registers of 32 lanes each. Products are exact; they are added to C one by one,
// in float, in the order of k. (The order and the roundings of a card's sum are its own.)
void multiply_fragments(MatrixType type, const LaneRow (&a)[4], const LaneRow (&b)[2], const LaneRow (&c)[4],
                        std::uint32_t* const (&d)[4]);

// ldmatrix: what a lane receives of a matrix whose rows of 16 bytes are `rows`.
std::uint32_t part_of_matrix(int lane, bool transposed, const std::uint16_t* const (&rows)[8]);

// cvt.rna.tf32.f32: to the nearest number of 10 bits of fraction, of two the one away from zero.
constexpr std::uint32_t to_tf32(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7f800000u) == 0x7f800000u) return bits;  // infinity and NaN
  return (bits + 0x1000u) & 0xffffe000u;
}

}  // namespace triptych::emulator
