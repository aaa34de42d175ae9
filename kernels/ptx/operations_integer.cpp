#include <fmt/format.h>

#include <bit>
#include <limits>

#include "kernels/ptx/lanes.h"
#include "kernels/ptx/memory.h"

namespace triptych::ptx {
namespace {

using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;

// The double-width type of a product. PTX has no mul.wide of 64 bits.
template <class T>
struct Wider;
template <>
struct Wider<u16> {
  using type = u32;
};
template <>
struct Wider<i16> {
  using type = i32;
};
template <>
struct Wider<u32> {
  using type = u64;
};
template <>
struct Wider<i32> {
  using type = i64;
};
template <>
struct Wider<u64> {
  using type = unsigned __int128;
};
template <>
struct Wider<i64> {
  using type = __int128;
};

// A shift by the width or more gives 0 (or the sign); in C++ it would be undefined.
template <class T>
T shift_left(T a, u32 n) {
  return n < sizeof(T) * 8 ? static_cast<T>(a << n) : T{0};
}
template <class T>
T shift_right(T a, u32 n) {
  constexpr u32 width = sizeof(T) * 8;
  if (n < width) return static_cast<T>(a >> n);
  return a < 0 ? static_cast<T>(-1) : T{0};
}

// Division by zero gives all ones on a GPU, and INT_MIN / -1 gives INT_MIN; neither traps.
template <class T>
T divide(T a, T b) {
  if (b == 0) return static_cast<T>(-1);
  if constexpr (std::is_signed_v<T>)
    if (b == -1) return static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(a));
  return static_cast<T>(a / b);
}
template <class T>
T remainder(T a, T b) {
  if (b == 0) return a;
  if constexpr (std::is_signed_v<T>)
    if (b == -1) return 0;
  return static_cast<T>(a % b);
}

// Sums and products wrap around: they are computed as unsigned integers, since signed overflow is undefined
// in C++.
template <class Signed, class Unsigned>
void add_width(Operations& table, int bits) {
  using S = Signed;
  using U = Unsigned;
  const auto named = [&](std::string_view opcode, char kind) {
    return fmt::format("{}.{}{}", opcode, kind, bits);
  };
  for (const char kind : {'s', 'u'}) {
    table[named("add", kind)] = vectorised([](U a, U b) { return static_cast<U>(a + b); });
    table[named("sub", kind)] = vectorised([](U a, U b) { return static_cast<U>(a - b); });
    table[named("mul.lo", kind)] = vectorised([](U a, U b) { return static_cast<U>(u64{a} * b); });
    table[named("mad.lo", kind)] = vectorised([](U a, U b, U c) { return static_cast<U>(u64{a} * b + c); });
  }
  const auto add_kind = [&]<class T>(T, char kind) {
    using W = typename Wider<T>::type;
    table[named("mul.hi", kind)] =
        vectorised([](T a, T b) { return static_cast<T>(static_cast<W>(a) * b >> (8 * sizeof(T))); });
    table[named("mad.hi", kind)] = vectorised([](T a, T b, T c) {
      return static_cast<T>(static_cast<U>(static_cast<W>(a) * b >> (8 * sizeof(T))) + static_cast<U>(c));
    });
    table[named("div", kind)] = vectorised([](T a, T b) { return divide(a, b); });
    table[named("rem", kind)] = vectorised([](T a, T b) { return remainder(a, b); });
    table[named("min", kind)] = vectorised([](T a, T b) { return a < b ? a : b; });
    table[named("max", kind)] = vectorised([](T a, T b) { return a > b ? a : b; });
    table[named("shr", kind)] = vectorised([](T a, u32 n) { return shift_right(a, n); });
    if constexpr (sizeof(T) < 8) {
      using P = std::make_unsigned_t<W>;  // sums of products wrap, too
      table[named("mul.wide", kind)] =
          vectorised([](T a, T b) { return static_cast<W>(static_cast<W>(a) * static_cast<W>(b)); });
      table[named("mad.wide", kind)] = vectorised([](T a, T b, W c) {
        return static_cast<W>(static_cast<P>(static_cast<W>(a) * static_cast<W>(b)) + static_cast<P>(c));
      });
    }
  };
  add_kind(S{}, 's');
  add_kind(U{}, 'u');
  table[named("shr", 'b')] = table[named("shr", 'u')];
  table[named("shl", 'b')] = vectorised([](U a, u32 n) { return shift_left(a, n); });
  table[named("neg", 's')] = vectorised([](U a) { return static_cast<U>(0 - a); });
  table[named("abs", 's')] =
      vectorised([](S a) { return static_cast<S>(a < 0 ? 0 - static_cast<U>(a) : static_cast<U>(a)); });
  table[named("not", 'b')] = vectorised([](U a) { return static_cast<U>(~a); });
  table[named("and", 'b')] = vectorised([](U a, U b) { return static_cast<U>(a & b); });
  table[named("or", 'b')] = vectorised([](U a, U b) { return static_cast<U>(a | b); });
  table[named("xor", 'b')] = vectorised([](U a, U b) { return static_cast<U>(a ^ b); });
  for (const char kind : {'b', 's', 'u'}) table[named("mov", kind)] = vectorised([](U a) { return a; });
}

// bfe: the `length` bits of a from bit `position` on; the signed form repeats the highest of them.
template <class T>
T extract_bits(T a, u32 position, u32 length) {
  using U = std::make_unsigned_t<T>;
  constexpr u32 width = sizeof(T) * 8;
  position &= 255, length &= 255;
  if (length == 0) return 0;
  const T shifted = shift_right(a, position);
  if (length >= width) return shifted;
  const U field = static_cast<U>(shifted) & ((U{1} << length) - 1);
  const u32 top =
      position + length - 1 < width ? length - 1 : width - 1 - (position < width ? position : width - 1);
  const bool sign =
      std::is_signed_v<T> && (static_cast<U>(a) >> (position + top < width ? position + top : width - 1) & 1);
  return static_cast<T>(sign ? field | ~((U{1} << length) - 1) : field);
}

// bfi: b with the `length` bits from bit `position` replaced by the lowest of a.
template <class U>
U insert_bits(U a, U b, u32 position, u32 length) {
  constexpr u32 width = sizeof(U) * 8;
  position &= 255, length &= 255;
  if (position >= width || length == 0) return b;
  const U field = (length >= width ? ~U{0} : (U{1} << length) - 1) << position;
  return (b & ~field) | (a << position & field);
}

// prmt in its default mode: four bytes selected from the eight of b:a, each by 4 bits of the selector; the
// highest of them repeats the sign of the byte.
u32 permute_bytes(u32 a, u32 b, u32 selector) {
  const u64 bytes = u64{b} << 32 | a;
  u32 result = 0;
  for (u32 i = 0; i < 4; ++i) {
    const u32 choice = selector >> (4 * i);
    const u32 byte = static_cast<u32>(bytes >> (8 * (choice & 7))) & 255;
    result |= (choice & 8 ? (byte & 128 ? 255u : 0u) : byte) << (8 * i);
  }
  return result;
}

u32 reverse_bits(u32 a) {
  a = (a >> 1 & 0x55555555u) | (a & 0x55555555u) << 1;
  a = (a >> 2 & 0x33333333u) | (a & 0x33333333u) << 2;
  a = (a >> 4 & 0x0f0f0f0fu) | (a & 0x0f0f0f0fu) << 4;
  return __builtin_bswap32(a);
}

// lop3: any function of three bits, given by its truth table of eight.
u32 logic3(u32 a, u32 b, u32 c, u32 table) {
  u32 result = 0;
  for (u32 i = 0; i < 8; ++i)
    if (table >> i & 1) result |= (i & 4 ? a : ~a) & (i & 2 ? b : ~b) & (i & 1 ? c : ~c);
  return result;
}

void add_bit_operations(Operations& table) {
  table["popc.b32"] = vectorised([](u32 a) { return static_cast<u32>(std::popcount(a)); });
  table["popc.b64"] = vectorised([](u64 a) { return static_cast<u32>(std::popcount(a)); });
  table["clz.b32"] = vectorised([](u32 a) { return static_cast<u32>(std::countl_zero(a)); });
  table["clz.b64"] = vectorised([](u64 a) { return static_cast<u32>(std::countl_zero(a)); });
  table["brev.b32"] = vectorised([](u32 a) { return reverse_bits(a); });
  table["bfind.u32"] =
      vectorised([](u32 a) { return a ? 31u - static_cast<u32>(std::countl_zero(a)) : ~0u; });
  table["bfe.u32"] = vectorised([](u32 a, u32 p, u32 n) { return extract_bits(a, p, n); });
  table["bfe.s32"] = vectorised([](i32 a, u32 p, u32 n) { return extract_bits(a, p, n); });
  table["bfe.u64"] = vectorised([](u64 a, u32 p, u32 n) { return extract_bits(a, p, n); });
  table["bfe.s64"] = vectorised([](i64 a, u32 p, u32 n) { return extract_bits(a, p, n); });
  table["bfi.b32"] = vectorised([](u32 a, u32 b, u32 p, u32 n) { return insert_bits(a, b, p, n); });
  table["bfi.b64"] = vectorised([](u64 a, u64 b, u32 p, u32 n) { return insert_bits(a, b, p, n); });
  table["prmt.b32"] = vectorised([](u32 a, u32 b, u32 c) { return permute_bytes(a, b, c); });
  table["lop3.b32"] = vectorised([](u32 a, u32 b, u32 c, u32 t) { return logic3(a, b, c, t); });
  // Funnel shifts: the 64 bits b:a are shifted and one half is kept.
  table["shf.l.wrap.b32"] =
      vectorised([](u32 a, u32 b, u32 n) { return static_cast<u32>((u64{b} << 32 | a) << (n & 31) >> 32); });
  table["shf.r.wrap.b32"] =
      vectorised([](u32 a, u32 b, u32 n) { return static_cast<u32>((u64{b} << 32 | a) >> (n & 31)); });
  table["shf.l.clamp.b32"] = vectorised(
      [](u32 a, u32 b, u32 n) { return static_cast<u32>((u64{b} << 32 | a) << (n < 32 ? n : 32) >> 32); });
  table["shf.r.clamp.b32"] = vectorised(
      [](u32 a, u32 b, u32 n) { return static_cast<u32>((u64{b} << 32 | a) >> (n < 32 ? n : 32)); });
}

// Conversions between an address in one space and a generic one.
void add_address_operations(Operations& table) {
  const auto same = vectorised([](u64 a) { return a; });
  for (const char* opcode : {"cvta.global.u64", "cvta.to.global.u64", "cvta.const.u64", "cvta.to.const.u64"})
    table[opcode] = same;
  table["cvta.shared.u64"] = vectorised([](u64 a) { return a + shared_window; });
  table["cvta.to.shared.u64"] = vectorised([](u64 a) { return a - shared_window; });
  table["cvta.local.u64"] = vectorised([](u64 a) { return a + local_window; });
  table["cvta.to.local.u64"] = vectorised([](u64 a) { return a - local_window; });
}

}  // namespace

void add_integer_operations(Operations& table) {
  add_width<i16, u16>(table, 16);
  add_width<i32, u32>(table, 32);
  add_width<i64, u64>(table, 64);
  add_bit_operations(table);
  add_address_operations(table);
}

}  // namespace triptych::ptx
