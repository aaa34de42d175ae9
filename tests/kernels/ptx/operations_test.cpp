#include "kernels/ptx/operations.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "kernels/ptx/rounding.h"
#include "tests/kernels/ptx/toy.h"

namespace triptych::ptx {
namespace {

// %r9 after `body`, for lane 0.
std::uint32_t word(const std::string& body) {
  return toy::run(toy::kernel(body + "\nst.global.u32 [%rd2], %r9;"), 1, 1)[0];
}
float number(const std::string& body) {
  return std::bit_cast<float>(toy::run(toy::kernel(body + "\nst.global.f32 [%rd2], %f9;"), 1, 1)[0]);
}

TEST_CASE("ptx: integers: what wraps, what is signed, and what has no result") {
  CHECK(word("add.s32 %r9, 2147483647, 1;") == 0x80000000u);
  CHECK(word("mul.hi.u32 %r9, 0xffffffff, 0xffffffff;") == 0xfffffffeu);
  CHECK(word("mul.hi.s32 %r9, -1, 5;") == ~0u);
  CHECK(word("mad.lo.s32 %r9, -3, 7, 1;") == static_cast<std::uint32_t>(-20));
  CHECK(word("div.s32 %r9, -7, 2;") == static_cast<std::uint32_t>(-3));
  CHECK(word("rem.s32 %r9, -7, 2;") == static_cast<std::uint32_t>(-1));
  CHECK(word("div.s32 %r9, -2147483648, -1;") == 0x80000000u);
  CHECK(word("div.u32 %r9, 5, 0;") == ~0u);
  CHECK(word("shr.s32 %r9, -8, 40;") == ~0u);
  CHECK(word("shl.b32 %r9, 1, 32;") == 0);
  CHECK(word("min.s32 %r9, -1, 1;") == ~0u);
  CHECK(word("min.u32 %r9, -1, 1;") == 1);
  CHECK(word("abs.s32 %r9, -4;") == 4);
}

TEST_CASE("ptx: wide products and 64 bits") {
  CHECK(word("mul.wide.s32 %rd5, -2, 3; shr.u64 %rd6, %rd5, 32; cvt.u32.u64 %r9, %rd6;") == ~0u);
  CHECK(word("mov.u64 %rd4, 5; mad.wide.u32 %rd5, 0xffffffff, 2, %rd4; cvt.u32.u64 %r9, %rd5;") == 3);
  CHECK(word("mov.b64 %rd4, 0x1122334455667788; mov.b64 {%r8, %r9}, %rd4;") == 0x11223344u);
  CHECK(word("mov.b64 %rd4, {7, 9}; shr.u64 %rd5, %rd4, 32; cvt.u32.u64 %r9, %rd5;") == 9);
}

TEST_CASE("ptx: bits: fields, bytes, counts") {
  CHECK(word("bfe.u32 %r9, 0xABCD1234, 4, 8;") == 0x23);
  CHECK(word("bfe.s32 %r9, 0x00000F00, 8, 4;") == ~0u);
  CHECK(word("bfi.b32 %r9, 0xF, 0, 8, 4;") == 0xF00);
  CHECK(word("prmt.b32 %r9, 0x33221100, 0x77665544, 0x7250;") == 0x77225500u);
  CHECK(word("popc.b32 %r9, 0xF0F0;") == 8);
  CHECK(word("clz.b32 %r9, 1;") == 31);
  CHECK(word("brev.b32 %r9, 1;") == 0x80000000u);
  CHECK(word("lop3.b32 %r9, 0xF0, 0xCC, 0xAA, 0x96;") == (0xF0u ^ 0xCCu ^ 0xAAu));
  CHECK(word("shf.l.wrap.b32 %r9, 0x80000000, 1, 1;") == 3);
}

TEST_CASE("ptx: 8 and 16 bits live in 32-bit lanes") {
  CHECK(word("mov.u32 %r3, 0x1FF; cvt.u8.u32 %rs1, %r3; cvt.u32.u16 %r9, %rs1;") == 0xFF);
  CHECK(word("mov.u32 %r3, 0x80; cvt.s32.s8 %r9, %r3;") == 0xFFFFFF80u);
  CHECK(word("mov.u64 %rd4, 0x1FFFFFFFE; cvt.s64.s32 %rd5, %rd4; cvt.u32.u64 %r9, %rd5;") == 0xFFFFFFFEu);
  CHECK(word("mov.u64 %rd4, 0x1FFFFFFFE; cvt.s64.s32 %rd5, %rd4; shr.u64 %rd5, %rd5, 32; cvt.u32.u64 %r9, "
             "%rd5;") == ~0u);
  CHECK(word("mov.pred %p1, -1; mov.pred %p2, 0; xor.pred %p3, %p1, %p2; selp.b32 %r9, 4, 5, %p3;") == 4);
  CHECK(word("mov.u16 %rs1, -1; add.s16 %rs2, %rs1, 3; cvt.s32.s16 %r9, %rs2;") == 2);
  CHECK(word("mov.u16 %rs1, -1; setp.lt.s16 %p1, %rs1, 0; selp.u32 %r9, 5, 6, %p1;") == 5);
}

TEST_CASE("ptx: setp: the third operand, the opposite, and NaN") {
  CHECK(word("setp.eq.s32 %p2, 1, 2; setp.lt.or.s32 %p1, 5, 4, !%p2; selp.b32 %r9, 1, 0, %p1;") == 1);
  CHECK(word("setp.lt.s32 %p1|%p2, 5, 4; selp.b32 %r9, 1, 0, %p2;") == 1);
  CHECK(word("setp.eq.s32 %p2, 1, 2; setp.lt.and.s32 %p1|%p3, 5, 4, %p2; selp.b32 %r9, 1, 0, %p3;") == 0);
  CHECK(word("setp.lt.f32 %p1, 0f7FC00000, 0f3F800000; selp.b32 %r9, 1, 0, %p1;") == 0);
  CHECK(word("setp.geu.f32 %p1, 0f7FC00000, 0f3F800000; selp.b32 %r9, 1, 0, %p1;") == 1);
}

TEST_CASE("ptx: floats: one rounding in fma, and min and max that drop NaN") {
  const float a = 1 + std::ldexp(1.0f, -12);  // a * a has a bit that a float cannot hold
  CHECK(number("fma.rn.f32 %f9, 0f3F800800, 0f3F800800, 0fBF801000;") == std::fma(a, a, -1.00048828125f));
  CHECK(number("fma.rn.f32 %f9, 0f3F800800, 0f3F800800, 0fBF801000;") != 0);
  CHECK(number("max.f32 %f9, 0f7FC00000, 0f3F800000;") == 1);
  CHECK(std::isnan(number("max.NaN.f32 %f9, 0f7FC00000, 0f3F800000;")));
  CHECK(number("cvt.sat.f32.f32 %f9, 0f40000000;") == 1);
  CHECK(number("cvt.sat.f32.f32 %f9, 0f7FC00000;") == 0);
  CHECK(number("ex2.approx.ftz.f32 %f9, 0f40400000;") == 8);
  CHECK(number("ex2.approx.ftz.f32 %f9, 0fC3020000;") == 0);  // 2^-130 is subnormal
  CHECK(number("copysign.f32 %f9, 0fBF800000, 0f40000000;") == -2);
  CHECK(number("cvt.rn.f32.s32 %f9, -3;") == -3);
}

TEST_CASE("ptx: floats to integers: cut, rounded, and held within the range") {
  CHECK(word("cvt.rzi.s32.f32 %r9, 0fC0200000;") == static_cast<std::uint32_t>(-2));
  CHECK(word("cvt.rni.s32.f32 %r9, 0f40200000;") == 2);  // 2.5, to even
  CHECK(word("cvt.rpi.s32.f32 %r9, 0f40200000;") == 3);
  CHECK(word("cvt.rzi.s32.f32 %r9, 0f7F800000;") == 0x7fffffffu);
  CHECK(word("cvt.rzi.u32.f32 %r9, 0fBF800000;") == 0);
  CHECK(word("cvt.rzi.s32.f32 %r9, 0f7FC00000;") == 0);
}

TEST_CASE("ptx: directed rounding: the neighbour on the right side of the exact result") {
  // 1 + 2^-30 lies between 1 and its successor.
  const float tiny = std::ldexp(1.0f, -30), next = std::nextafter(1.0f, 2.0f);
  CHECK(fused_multiply_add(1, tiny, 1, Rounding::down) == 1);
  CHECK(fused_multiply_add(1, tiny, 1, Rounding::up) == next);
  CHECK(fused_multiply_add(1, -tiny, -1, Rounding::down) == -next);
  CHECK(fused_multiply_add(1, -tiny, -1, Rounding::toward_zero) == -1);
  CHECK(fused_multiply_add(3, 5, 7, Rounding::up) == 22);
  // The double sum of 2^60 and 1 loses the 1; the direction must not.
  CHECK(fused_multiply_add(std::ldexp(1.0f, 30), std::ldexp(1.0f, 30), 1, Rounding::up) ==
        std::nextafter(std::ldexp(1.0f, 60), std::numeric_limits<float>::infinity()));
  CHECK(fused_multiply_add(std::ldexp(1.0f, 30), std::ldexp(1.0f, 30), -1, Rounding::down) ==
        std::nextafter(std::ldexp(1.0f, 60), 0.0f));
}

TEST_CASE("ptx: every lane computes for itself, and lanes that are switched off keep what they have") {
  const auto x =
      toy::run(toy::kernel("mov.u32 %r9, 7;\nsetp.lt.u32 %p1, %r1, 5;\n@%p1 add.s32 %r9, %r1, 100;\n"
                           "fma.rn.f32 %f1, 0f3F800000, 0f40000000, 0f40400000;\n"
                           "@!%p1 cvt.rzi.s32.f32 %r9, %f1;\nst.global.u32 [%rd2], %r9;"),
               40, 40);
  for (std::uint32_t i = 0; i < 40; ++i) CHECK(x[i] == (i < 5 ? i + 100 : 5));
}

}  // namespace
}  // namespace triptych::ptx
