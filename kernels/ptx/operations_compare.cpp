#include <fmt/format.h>

#include <cmath>

#include "kernels/ptx/lanes.h"

namespace triptych::ptx {
namespace {

template <class T>
void add_equality(Operations& table, const std::string& type) {
  table["setp.eq." + type] = vectorised([](T a, T b) { return a == b; });
  table["setp.ne." + type] = vectorised([](T a, T b) { return a != b; });
}

template <class T>
void add_order(Operations& table, const std::string& type) {
  table["setp.lt." + type] = vectorised([](T a, T b) { return a < b; });
  table["setp.le." + type] = vectorised([](T a, T b) { return a <= b; });
  table["setp.gt." + type] = vectorised([](T a, T b) { return a > b; });
  table["setp.ge." + type] = vectorised([](T a, T b) { return a >= b; });
}

// The ordered comparisons are false if an operand is NaN; the unordered ones (suffix u) are true.
template <class T>
void add_float_comparisons(Operations& table, const std::string& type) {
  add_order<T>(table, type);
  table["setp.eq." + type] = vectorised([](T a, T b) { return a == b; });
  table["setp.ne." + type] = vectorised([](T a, T b) { return a < b || a > b; });
  table["setp.equ." + type] = vectorised([](T a, T b) { return !(a < b || a > b); });
  table["setp.neu." + type] = vectorised([](T a, T b) { return a != b; });
  table["setp.ltu." + type] = vectorised([](T a, T b) { return !(a >= b); });
  table["setp.leu." + type] = vectorised([](T a, T b) { return !(a > b); });
  table["setp.gtu." + type] = vectorised([](T a, T b) { return !(a <= b); });
  table["setp.geu." + type] = vectorised([](T a, T b) { return !(a < b); });
  table["setp.nan." + type] = vectorised([](T a, T b) { return a != a || b != b; });
  table["setp.num." + type] = vectorised([](T a, T b) { return a == a && b == b; });
  table["testp.finite." + type] = vectorised([](T a) { return static_cast<bool>(std::isfinite(a)); });
  table["testp.infinite." + type] = vectorised([](T a) { return static_cast<bool>(std::isinf(a)); });
  table["testp.notanumber." + type] = vectorised([](T a) { return a != a; });
  table["testp.number." + type] = vectorised([](T a) { return a == a; });
}

template <class Unsigned>
void add_selection(Operations& table, int bits) {
  for (const char kind : {'b', 'u', 's', 'f'})
    table[fmt::format("selp.{}{}", kind, bits)] =
        vectorised([](Unsigned a, Unsigned b, bool p) { return p ? a : b; });
}

// Predicates are masks of 32 bits, one per lane: their logic is one machine instruction for the whole warp.
enum class Logic { copy, invert, conjunction, disjunction, exclusive };
template <Logic logic>
void predicate_logic(Warp& warp, const Instruction& i, Mask mask) {
  const auto source = [&](int n) { return warp.predicates[static_cast<std::size_t>(i.sources[n])]; };
  const Mask a = source(0);
  if constexpr (logic == Logic::copy) return set_predicate(warp, i.result, mask, a);
  if constexpr (logic == Logic::invert) return set_predicate(warp, i.result, mask, ~a);
  if constexpr (logic == Logic::conjunction) return set_predicate(warp, i.result, mask, a & source(1));
  if constexpr (logic == Logic::disjunction) return set_predicate(warp, i.result, mask, a | source(1));
  if constexpr (logic == Logic::exclusive) return set_predicate(warp, i.result, mask, a ^ source(1));
}

}  // namespace

void add_comparisons(Operations& table) {
  const auto add_integers = [&]<class Signed, class Unsigned>(Signed, Unsigned, int bits) {
    for (const char kind : {'b', 's', 'u'}) add_equality<Unsigned>(table, fmt::format("{}{}", kind, bits));
    add_order<Signed>(table, fmt::format("s{}", bits));
    add_order<Unsigned>(table, fmt::format("u{}", bits));
  };
  add_integers(std::int16_t{}, std::uint16_t{}, 16);
  add_integers(std::int32_t{}, std::uint32_t{}, 32);
  add_integers(std::int64_t{}, std::uint64_t{}, 64);
  add_float_comparisons<float>(table, "f32");
  add_float_comparisons<double>(table, "f64");
  add_selection<std::uint16_t>(table, 16);
  add_selection<std::uint32_t>(table, 32);
  add_selection<std::uint64_t>(table, 64);
  constexpr File p = File::predicates;
  table["mov.pred"] = {predicate_logic<Logic::copy>, p, {p}, 1};
  table["not.pred"] = {predicate_logic<Logic::invert>, p, {p}, 1};
  table["and.pred"] = {predicate_logic<Logic::conjunction>, p, {p, p}, 2};
  table["or.pred"] = {predicate_logic<Logic::disjunction>, p, {p, p}, 2};
  table["xor.pred"] = {predicate_logic<Logic::exclusive>, p, {p, p}, 2};
}

}  // namespace triptych::ptx
