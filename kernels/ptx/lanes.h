#pragma once
#include <bit>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include "kernels/ptx/operations.h"
#include "kernels/ptx/warp.h"
#include "kernels/ptx/wide.h"

// Makes an instruction of 32 lanes from a function of one: vectorised([](float a, float b) { return a + b; })
namespace triptych::ptx {

// The file that holds a value of type T; bool is a predicate.
template <class T>
constexpr File file_of = std::is_same_v<T, bool> ? File::predicates
                         : sizeof(T) == 8        ? File::longs
                                                 : File::words;

// Conversion between a value and the bits in its lane.
template <class T>
using Lane = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
template <class T>
Lane<T> to_lane(T value) {
  if constexpr (std::is_floating_point_v<T>)
    return std::bit_cast<Lane<T>>(value);
  else
    return static_cast<Lane<T>>(static_cast<std::make_unsigned_t<T>>(value));
}
template <class T>
T from_lane(Lane<T> lane) {
  if constexpr (std::is_floating_point_v<T>)
    return std::bit_cast<T>(lane);
  else
    return static_cast<T>(lane);
}

inline constexpr WordRow lane_bits = [] {
  WordRow row{};
  for (int l = 0; l < lanes; ++l) row.lane[l] = 1u << l;
  return row;
}();

// A source operand of type T.
template <class T>
struct Source {
  const Lane<T>* lane;
  Source(Warp& warp, Row row) {
    if constexpr (sizeof(T) == 8)
      lane = warp.longs[static_cast<std::size_t>(row)].lane;
    else
      lane = warp.words[static_cast<std::size_t>(row)].lane;
  }
  T operator[](int l) const { return from_lane<T>(lane[l]); }
};
template <>
struct Source<bool> {
  Mask mask;
  Source(Warp& warp, Row row) : mask(warp.predicates[static_cast<std::size_t>(row)]) {}
  bool operator[](int l) const { return mask & lane_bits.lane[l]; }
};

inline void set_predicate(Warp& warp, Row row, Mask mask, Mask value) {
  if (row < 0) return;
  Mask& predicate = warp.predicates[static_cast<std::size_t>(row)];
  predicate = (predicate & ~mask) | (value & mask);
}

// The result of setp, combined with a third operand, and its complement in a second predicate.
inline void set_comparison(Warp& warp, const Instruction& i, Mask mask, Mask value) {
  Mask opposite = ~value;
  if (i.combine != Combine::none) {
    Mask other = warp.predicates[static_cast<std::size_t>(i.combine_with)];
    if (i.combine_negated) other = ~other;
    const auto combined = [&](Mask with) {
      return i.combine == Combine::logical_and  ? with & other
             : i.combine == Combine::logical_or ? with | other
                                                : with ^ other;
    };
    value = combined(value);
    opposite = combined(opposite);
  }
  set_predicate(warp, i.result, mask, value);
  set_predicate(warp, i.second, mask, opposite);
}

template <class Function, class Result, class... Arguments>
struct Vectorised {
  static void execute(Warp& warp, const Instruction& i, Mask mask) {
    run(warp, i, mask, std::index_sequence_for<Arguments...>{});
  }
  TRIPTYCH_LANES static void execute_lanes(Warp& warp, const Instruction& i, Mask mask) {
    run(warp, i, mask, std::index_sequence_for<Arguments...>{});
  }

  // All 32 lanes compute and those of the mask keep the result: the loops have no branch, so the compiler
  // vectorises them.
  template <std::size_t... N>
  TRIPTYCH_INTO static void run(Warp& warp, const Instruction& i, Mask mask, std::index_sequence<N...>) {
    const std::tuple<Source<Arguments>...> sources{Source<Arguments>(warp, i.sources[N])...};
    const Function function{};
    if constexpr (std::is_same_v<Result, bool>) {
      Mask value = 0;
      for (int l = 0; l < lanes; ++l) value |= function(std::get<N>(sources)[l]...) ? lane_bits.lane[l] : 0;
      set_comparison(warp, i, mask, value);
    } else {
      Lane<Result>* const result = destination(warp, i.result);
      if (mask == all_lanes) {
#pragma omp simd
        for (int l = 0; l < lanes; ++l) result[l] = to_lane<Result>(function(std::get<N>(sources)[l]...));
        return;
      }
#pragma omp simd
      for (int l = 0; l < lanes; ++l) {
        const Lane<Result> value = to_lane<Result>(function(std::get<N>(sources)[l]...));
        result[l] = mask & lane_bits.lane[l] ? value : result[l];
      }
    }
  }

  static Lane<Result>* destination(Warp& warp, Row row) {
    if constexpr (sizeof(Result) == 8)
      return warp.longs[static_cast<std::size_t>(row)].lane;
    else
      return warp.words[static_cast<std::size_t>(row)].lane;
  }

  static Operation operation() {
    return {has_wide_lanes() ? &execute_lanes : &execute,
            file_of<Result>,
            {file_of<Arguments>...},
            static_cast<int>(sizeof...(Arguments))};
  }
};

template <class Function>
Operation vectorised(Function) {
  return []<class Result, class... Arguments>(Result (Function::*)(Arguments...) const) {
    return Vectorised<Function, Result, Arguments...>::operation();
  }(&Function::operator());
}

}  // namespace triptych::ptx
