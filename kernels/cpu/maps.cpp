// Elementwise functions, selections by a mask, and rows selected by an index.
#include <cmath>

#include "kernels/context.h"
#include "kernels/cpu/mathematics.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

constexpr Index library_work = 8;  // cost of a C library function in elementary operations

// log and power lane by lane, by the C library: they are rare, and its results are accurate to about one unit
// in the last place.
TRIPTYCH_INLINE Floats by_library(const MapRule& rule, Floats x) {
  for (int i = 0; i < lanes; ++i) x[i] = rule.map == Map::log ? logf(x[i]) : powf(x[i], rule.a);
  return x;
}

TRIPTYCH_INLINE Floats map(const MapRule& rule, Floats x) {
  switch (rule.map) {
    case Map::exp:
      return exponential(x);
    case Map::sqrt:
      return square_root(x);
    case Map::abs:
      return absolute(x);
    case Map::log:
    case Map::power:
      return by_library(rule, x);
    case Map::clamp:
      x = x < rule.a ? broadcast(rule.a) : x;  // comparisons with NaN are false: NaN propagates
      return x > rule.b ? broadcast(rule.b) : x;
  }
  return x;
}

TRIPTYCH_INLINE Floats slope(const MapRule& rule, Floats x, Floats y) {
  const Floats zero = {}, one = broadcast(1.0f);
  switch (rule.map) {
    case Map::exp:
      return y;
    case Map::log:
      return 1.0f / x;
    case Map::sqrt:
      return 0.5f / y;
    case Map::abs:
      return x > zero ? one : x < zero ? -one : x;
    case Map::power:
      return rule.a == 0 ? zero : rule.a * by_library({Map::power, rule.a - 1}, x);
    case Map::clamp:
      return (x < rule.a) | (x > rule.b) ? zero : one;
  }
  return one;
}

}  // namespace

void map_forward(Context& context, const MapRule& rule, Index n, const float* x, float* y) {
  parallel_sweep(context, n, [&](Index i, auto part) { part.put(y + i, map(rule, part.get(x + i))); });
}

void map_backward(Context& context, const MapRule& rule, Index n, const float* x, const float* y,
                  const float* dy, float* dx) {
  if (!dx) return;
  parallel_sweep(context, n, [&](Index i, auto part) {
    part.put(dx + i, part.get(dy + i) * slope(rule, part.get(x + i), part.get(y + i)) + part.get(dx + i));
  });
}

// Element by element; a work item is a run of the inner axis.
void copy_where(Context& context, const StridedShape& s, bool wanted, bool accumulate,
                const std::uint8_t* mask, const float* x, float* y) {
  const Index inner = s.size[3], rows = s.size[0] * s.size[1] * s.size[2];
  parallel_for(context, rows, inner, [&](Index row) {
    const Index i = row / (s.size[1] * s.size[2]), j = row / s.size[2] % s.size[1], l = row % s.size[2];
    const std::uint8_t* chosen = mask + i * s.a[0] + j * s.a[1] + l * s.a[2];
    const float* from = x + i * s.b[0] + j * s.b[1] + l * s.b[2];
    float* to = y + row * inner;
    for (Index m = 0; m < inner; ++m)
      if ((chosen[m * s.a[3]] != 0) == wanted)
        to[m] = accumulate ? to[m] + from[m * s.b[3]] : from[m * s.b[3]];
  });
}

void gather(Context& context, const GatherShape& s, const std::int32_t* index, const float* x, float* y) {
  parallel_for(context, s.outer * s.count, s.inner, [&](Index row) {
    copy_floats(y + row * s.inner, x + (row / s.count * s.axis + index[row % s.count]) * s.inner, s.inner);
  });
}

// One work item computes a row of x, adding its rows of y in order.
void scatter_add(Context& context, const GatherShape& s, const std::int32_t* order, const std::int32_t* start,
                 const float* y, float* x) {
  parallel_for(context, s.outer * s.axis, s.inner * (s.count / maximum(s.axis, 1) + 1), [&](Index row) {
    const Index a = row % s.axis, first = row / s.axis * s.count;
    if (start[a] == start[a + 1]) return;
    sweep(0, s.inner, [&](Index i, auto part) {
      Floats total = {};
      for (Index p = start[a]; p < start[a + 1]; ++p)
        total = total + part.get(y + (first + order[p]) * s.inner + i);
      part.put(x + row * s.inner + i, part.get(x + row * s.inner + i) + total);
    });
  });
}

// ---- layer norm: a row is an item -------------------------------------------------------------------------

void layer_norm_forward(Context& context, Index rows, Index columns, float epsilon, const float* x, float* y,
                        float* scale) {
  const float n = static_cast<float>(columns);
  parallel_for(context, rows, 3 * columns, [&](Index row) {
    const float* from = x + row * columns;
    float* to = y + row * columns;
    Floats sums = {};
    sweep(0, columns, [&](Index j, auto part) { sums = sums + part.get(from + j); });
    const float mean = sum(sums) / n;
    Floats squares = {};
    sweep(0, columns, [&](Index j, auto part) {
      const Floats centred = part.or_else(part.get(from + j) - mean, 0);
      squares = centred * centred + squares;
    });
    const float factor = 1 / __builtin_sqrtf(sum(squares) / n + epsilon);
    sweep(0, columns, [&](Index j, auto part) { part.put(to + j, (part.get(from + j) - mean) * factor); });
    scale[row] = factor;
  });
}

void layer_norm_backward(Context& context, Index rows, Index columns, const float* y, const float* scale,
                         const float* dy, float* dx) {
  if (!dx) return;
  const float n = static_cast<float>(columns);
  parallel_for(context, rows, 3 * columns, [&](Index row) {
    const Index begin = row * columns, end = begin + columns;
    Floats sums = {}, dots = {};
    sweep(begin, end, [&](Index at, auto part) {
      sums = sums + part.get(dy + at);
      dots = part.get(dy + at) * part.get(y + at) + dots;
    });
    const float mean = sum(sums) / n, along = sum(dots) / n;
    sweep(begin, end, [&](Index at, auto part) {
      const Floats rest = part.get(dy + at) - mean - part.get(y + at) * along;
      part.put(dx + at, scale[row] * rest + part.get(dx + at));
    });
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
