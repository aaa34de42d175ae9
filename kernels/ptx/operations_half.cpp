#include <fmt/format.h>

#include <cmath>

#include "kernels/emulator/half.h"
#include "kernels/ptx/lanes.h"

// Arithmetic of 16-bit floats (f16, bf16) and of pairs of them (f16x2, bf16x2): computed in float or double
// and rounded once.
namespace triptych::ptx {
namespace {

using u16 = std::uint16_t;
using u32 = std::uint32_t;

struct F16 {
  static constexpr const char* name = "f16";
  static float wide(u16 bits) { return emulator::half_to_float(bits); }
  static u16 narrow(float value) { return emulator::float_to_half(value); }
};
struct BF16 {
  static constexpr const char* name = "bf16";
  static float wide(u16 bits) { return emulator::bfloat_to_float(bits); }
  static u16 narrow(float value) { return emulator::float_to_bfloat(value); }
};

// A double of odd bits as a float, so that a second rounding goes where the exact value would: to odd.
float to_odd(double value) {
  const auto nearest = static_cast<float>(value);
  if (static_cast<double>(nearest) == value || !std::isfinite(nearest)) return nearest;
  auto bits = std::bit_cast<u32>(nearest);
  const bool away = std::fabs(static_cast<double>(nearest)) > std::fabs(value);
  if (away) --bits;
  return std::bit_cast<float>(bits | 1);
}
template <class F>
u16 multiply_add(u16 a, u16 b, u16 c) {
  // A product of two is exact in double; so is its sum with the third, but for extreme exponents.
  return F::narrow(to_odd(std::fma(static_cast<double>(F::wide(a)), static_cast<double>(F::wide(b)),
                                   static_cast<double>(F::wide(c)))));
}

// `single` on both halves of pairs.
template <class Single>
u32 on_pair(u32 a, u32 b, u32 c, Single single) {
  const auto part = [](u32 pair, int half) { return static_cast<u16>(pair >> (16 * half)); };
  return static_cast<u32>(single(part(a, 0), part(b, 0), part(c, 0))) |
         static_cast<u32>(single(part(a, 1), part(b, 1), part(c, 1))) << 16;
}

template <class F, class Binary>
void add_binary(Operations& table, const char* name, Binary) {
  for (const char* rounding : {"", "rn."}) {
    table[fmt::format("{}.{}{}", name, rounding, F::name)] =
        vectorised([](u16 a, u16 b) { return F::narrow(Binary{}(F::wide(a), F::wide(b))); });
    table[fmt::format("{}.{}{}x2", name, rounding, F::name)] = vectorised([](u32 a, u32 b) {
      return on_pair(a, b, 0, [](u16 x, u16 y, u16) { return F::narrow(Binary{}(F::wide(x), F::wide(y))); });
    });
  }
}

template <class F, class Compare>
void add_comparison(Operations& table, const char* name, Compare) {
  table[fmt::format("setp.{}.{}", name, F::name)] =
      vectorised([](u16 a, u16 b) { return Compare{}(F::wide(a), F::wide(b)); });
}

template <class F>
void add_type(Operations& table) {
  add_binary<F>(table, "add", [](float a, float b) { return a + b; });
  add_binary<F>(table, "sub", [](float a, float b) { return a - b; });
  add_binary<F>(table, "mul", [](float a, float b) { return a * b; });
  add_binary<F>(table, "min", [](float a, float b) { return std::fmin(a, b); });
  add_binary<F>(table, "max", [](float a, float b) { return std::fmax(a, b); });
  table[fmt::format("fma.rn.{}", F::name)] =
      vectorised([](u16 a, u16 b, u16 c) { return multiply_add<F>(a, b, c); });
  table[fmt::format("fma.rn.{}x2", F::name)] =
      vectorised([](u32 a, u32 b, u32 c) { return on_pair(a, b, c, multiply_add<F>); });
  table[fmt::format("neg.{}", F::name)] = vectorised([](u16 a) { return static_cast<u16>(a ^ 0x8000u); });
  table[fmt::format("abs.{}", F::name)] = vectorised([](u16 a) { return static_cast<u16>(a & 0x7fffu); });
  table[fmt::format("neg.{}x2", F::name)] = vectorised([](u32 a) { return a ^ 0x80008000u; });
  table[fmt::format("cvt.rn.{}.f32", F::name)] = vectorised([](float a) { return F::narrow(a); });
  table[fmt::format("cvt.f32.{}", F::name)] = vectorised([](u16 a) { return F::wide(a); });
  table[fmt::format("cvt.rn.{}.f64", F::name)] = vectorised([](double a) { return F::narrow(to_odd(a)); });
  table[fmt::format("cvt.f64.{}", F::name)] =
      vectorised([](u16 a) { return static_cast<double>(F::wide(a)); });
  table[fmt::format("cvt.rn.{}.s32", F::name)] =
      vectorised([](std::int32_t a) { return F::narrow(to_odd(a)); });
  table[fmt::format("cvt.rn.{}.u32", F::name)] = vectorised([](u32 a) { return F::narrow(to_odd(a)); });
  table[fmt::format("cvt.rzi.s32.{}", F::name)] =
      vectorised([](u16 a) { return static_cast<std::int32_t>(std::trunc(F::wide(a))); });
  table[fmt::format("cvt.rni.s32.{}", F::name)] =
      vectorised([](u16 a) { return static_cast<std::int32_t>(std::nearbyint(F::wide(a))); });
  // The first source becomes the upper half.
  table[fmt::format("cvt.rn.{}x2.f32", F::name)] = vectorised(
      [](float a, float b) { return static_cast<u32>(F::narrow(a)) << 16 | static_cast<u32>(F::narrow(b)); });
  add_comparison<F>(table, "lt", [](float a, float b) { return a < b; });
  add_comparison<F>(table, "le", [](float a, float b) { return a <= b; });
  add_comparison<F>(table, "gt", [](float a, float b) { return a > b; });
  add_comparison<F>(table, "ge", [](float a, float b) { return a >= b; });
  add_comparison<F>(table, "eq", [](float a, float b) { return a == b; });
  add_comparison<F>(table, "ne", [](float a, float b) { return a < b || a > b; });
  add_comparison<F>(table, "neu", [](float a, float b) { return a != b; });
  add_comparison<F>(table, "ltu", [](float a, float b) { return !(a >= b); });
  add_comparison<F>(table, "gtu", [](float a, float b) { return !(a <= b); });
  add_comparison<F>(table, "nan", [](float a, float b) { return std::isnan(a) || std::isnan(b); });
}

}  // namespace

void add_half_operations(Operations& table) {
  add_type<F16>(table);
  add_type<BF16>(table);
}

}  // namespace triptych::ptx
