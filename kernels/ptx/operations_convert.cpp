#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "kernels/ptx/lanes.h"

namespace triptych::ptx {
namespace {

// ---- cvt.<to>.<from> of integers: truncates, or extends by zeros or the sign of the source ----
template <class To, class From>
void add_integer_conversion(Operations& table, const char* to, const char* from) {
  // PTX sign-extends a narrow result to the width of the register that receives it, which may be 32 bits.
  using Kept = std::conditional_t<sizeof(To) < 4,
                                  std::conditional_t<std::is_signed_v<To>, std::int32_t, std::uint32_t>, To>;
  table[fmt::format("cvt.{}.{}", to, from)] =
      vectorised([](From a) { return static_cast<Kept>(static_cast<To>(a)); });
  // The source may be in a 64-bit register, of which the low bits are used; decode.cpp then asks for this
  // name.
  if constexpr (sizeof(From) < 8)
    table[fmt::format("cvt.{}.{} of 64", to, from)] =
        vectorised([](std::uint64_t a) { return static_cast<Kept>(static_cast<To>(static_cast<From>(a))); });
}

template <class From>
void add_integer_conversions_from(Operations& table, const char* from) {
  add_integer_conversion<std::int8_t, From>(table, "s8", from);
  add_integer_conversion<std::uint8_t, From>(table, "u8", from);
  add_integer_conversion<std::int16_t, From>(table, "s16", from);
  add_integer_conversion<std::uint16_t, From>(table, "u16", from);
  add_integer_conversion<std::int32_t, From>(table, "s32", from);
  add_integer_conversion<std::uint32_t, From>(table, "u32", from);
  add_integer_conversion<std::int64_t, From>(table, "s64", from);
  add_integer_conversion<std::uint64_t, From>(table, "u64", from);
}

// ---- between integers and floats: rounds to nearest, saturates to the integer's range, NaN becomes 0 ----
template <class To, class From>
To saturated(From x) {
  if (std::isnan(x)) return 0;
  constexpr auto lowest = static_cast<From>(std::numeric_limits<To>::min());
  const From end = std::ldexp(From{1}, std::numeric_limits<To>::digits);  // one more than the highest value
  if (x <= lowest) return std::numeric_limits<To>::min();
  if (x >= end) return std::numeric_limits<To>::max();
  return static_cast<To>(x);
}

template <class Integer>
void add_float_conversions(Operations& table, const char* integer) {
  const auto add = [&]<class Float>(Float, const char* type) {
    table[fmt::format("cvt.rn.{}.{}", type, integer)] =
        vectorised([](Integer a) { return static_cast<Float>(a); });
    table[fmt::format("cvt.rzi.{}.{}", integer, type)] =
        vectorised([](Float a) { return saturated<Integer>(std::trunc(a)); });
    table[fmt::format("cvt.rni.{}.{}", integer, type)] =
        vectorised([](Float a) { return saturated<Integer>(std::nearbyint(a)); });
    table[fmt::format("cvt.rmi.{}.{}", integer, type)] =
        vectorised([](Float a) { return saturated<Integer>(std::floor(a)); });
    table[fmt::format("cvt.rpi.{}.{}", integer, type)] =
        vectorised([](Float a) { return saturated<Integer>(std::ceil(a)); });
  };
  add(float{}, "f32");
  add(double{}, "f64");
}

// ---- floats to whole floats, and between widths ----
template <class Float>
void add_roundings(Operations& table, const char* type) {
  const auto named = [&](const char* rounding) { return fmt::format("cvt.{}.{}.{}", rounding, type, type); };
  table[named("rni")] = vectorised([](Float a) { return std::nearbyint(a); });
  table[named("rzi")] = vectorised([](Float a) { return std::trunc(a); });
  table[named("rmi")] = vectorised([](Float a) { return std::floor(a); });
  table[named("rpi")] = vectorised([](Float a) { return std::ceil(a); });
  table[named("sat")] =
      vectorised([](Float a) { return a > 0 ? (a < 1 ? a : Float{1}) : Float{0}; });  // NaN to 0
}

}  // namespace

void add_conversions(Operations& table) {
  add_integer_conversions_from<std::int8_t>(table, "s8");
  add_integer_conversions_from<std::uint8_t>(table, "u8");
  add_integer_conversions_from<std::int16_t>(table, "s16");
  add_integer_conversions_from<std::uint16_t>(table, "u16");
  add_integer_conversions_from<std::int32_t>(table, "s32");
  add_integer_conversions_from<std::uint32_t>(table, "u32");
  add_integer_conversions_from<std::int64_t>(table, "s64");
  add_integer_conversions_from<std::uint64_t>(table, "u64");
  add_float_conversions<std::int16_t>(table, "s16");
  add_float_conversions<std::uint16_t>(table, "u16");
  add_float_conversions<std::int32_t>(table, "s32");
  add_float_conversions<std::uint32_t>(table, "u32");
  add_float_conversions<std::int64_t>(table, "s64");
  add_float_conversions<std::uint64_t>(table, "u64");
  table["cvt.rn.f32.s8"] = vectorised([](std::int8_t a) { return static_cast<float>(a); });
  table["cvt.rn.f32.u8"] = vectorised([](std::uint8_t a) { return static_cast<float>(a); });
  add_roundings<float>(table, "f32");
  add_roundings<double>(table, "f64");
  table["cvt.f64.f32"] = vectorised([](float a) { return static_cast<double>(a); });
  table["cvt.rna.tf32.f32"] = vectorised([](float a) { return emulator::to_tf32(a); });
  table["cvt.rn.f32.f64"] = vectorised([](double a) { return static_cast<float>(a); });
}

}  // namespace triptych::ptx
