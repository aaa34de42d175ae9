// Sums and maxima over the middle axis of x [outer, axis, inner], and sums over whole arrays.
#include "kernels/context.h"
#include "kernels/cpu/column_sums.h"
#include "kernels/cpu/mathematics.h"
#include "kernels/cpu/simd.h"
#include "kernels/cpu/table.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The sum of n floats; four independent registers hide the latency of the addition.
float sum_of(Index n, const float* x) {
  Floats totals[4] = {};
  Index i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes)
    for (int v = 0; v < 4; ++v) totals[v] = totals[v] + load(x + i + v * lanes);
  sweep(i, n, [&](Index at, auto part) { totals[0] = totals[0] + part.get(x + at); });
  return sum((totals[0] + totals[1]) + (totals[2] + totals[3]));
}

// Inner axis 1: sums of rows. A row is split into pieces, so that threads also share a single long row (the
// sum of everything).
void sum_rows(Context& context, Index rows, Index columns, float scale, const float* x, float* y) {
  const Index pieces = maximum(1, divide_up(columns, piece));
  ScratchScope scope(context.scratch);
  float* partials = context.scratch.take<float>(rows * pieces);
  parallel_for(context, rows * pieces, minimum(columns, piece), [&](Index item) {
    const Index begin = item % pieces * piece, end = minimum(columns, begin + piece);
    partials[item] = sum_of(end - begin, x + item / pieces * columns + begin);
  });
  for (Index row = 0; row < rows; ++row) {
    double total = 0;
    for (Index i = 0; i < pieces; ++i) total += static_cast<double>(partials[row * pieces + i]);
    y[row] = static_cast<float>(scale * total);
  }
}

}  // namespace

void sum_axis_forward(Context& context, Index outer, Index axis, Index inner, float scale, const float* x,
                      float* y) {
  if (inner == 1) return sum_rows(context, outer, axis, scale, x, y);
  if (outer == 1) {  // few columns and many rows: threads share chunks of rows
    ScratchScope scope(context.scratch);
    double* totals = context.scratch.take<double>(inner);
    column_sums<1>(context, axis, inner, inner, totals,
                   [&](Index row, Index column, auto part, Floats(&into)[1]) {
                     into[0] = into[0] + part.get(x + row * inner + column);
                   });
    for (Index i = 0; i < inner; ++i) y[i] = static_cast<float>(scale * totals[i]);
    return;
  }
  parallel_for(context, outer, axis * inner, [&](Index o) {
    sweep(0, inner, [&](Index i, auto part) {
      Floats total = {};
      for (Index k = 0; k < axis; ++k) total = total + part.get(x + (o * axis + k) * inner + i);
      part.put(y + o * inner + i, scale * total);
    });
  });
}

void sum_axis_backward(Context& context, Index outer, Index axis, Index inner, float scale, const float* dy,
                       float* dx) {
  if (!dx) return;
  if (inner == 1)
    return parallel_for(context, outer, axis, [&](Index o) {
      const float share = scale * dy[o];
      sweep(o * axis, (o + 1) * axis,
            [&](Index at, auto part) { part.put(dx + at, part.get(dx + at) + share); });
    });
  parallel_for(context, outer * axis, inner, [&](Index row) {
    const float* from = dy + row / axis * inner;
    float* to = dx + row * inner;
    sweep(0, inner,
          [&](Index i, auto part) { part.put(to + i, scale * part.get(from + i) + part.get(to + i)); });
  });
}

namespace {

// The maximum of a row and its first position.
void max_of(Index n, const float* x, float& best, std::int32_t& winner) {
  best = x[0], winner = 0;
  for (Index i = 1; i < n; ++i)
    if (replaces(x[i], best)) best = x[i], winner = static_cast<std::int32_t>(i);
}

}  // namespace

void max_axis_forward(Context& context, Index outer, Index axis, Index inner, const float* x, float* y,
                      std::int32_t* winner) {
  if (inner == 1)
    return parallel_for(context, outer, axis, [&](Index o) { max_of(axis, x + o * axis, y[o], winner[o]); });
  parallel_for(context, outer, axis * inner, [&](Index o) {
    sweep(0, inner, [&](Index i, auto part) {
      const float* from = x + o * axis * inner + i;
      Floats best = part.get(from);
      Ints at = {};
      for (Index k = 1; k < axis; ++k) {
        const Floats value = part.get(from + k * inner);
        const Ints better = replaces(value, best);
        best = better ? value : best;
        at = better ? broadcast(static_cast<std::int32_t>(k)) : at;
      }
      part.put(y + o * inner + i, best);
      part.put(winner + o * inner + i, at);
    });
  });
}

void max_axis_backward(Context& context, Index outer, Index axis, Index inner, const std::int32_t* winner,
                       const float* dy, float* dx) {
  if (!dx) return;
  parallel_for(context, outer, inner, [&](Index o) {
    for (Index i = 0; i < inner; ++i) dx[(o * axis + winner[o * inner + i]) * inner + i] += dy[o * inner + i];
  });
}

void squared_norm(Context& context, Index n, const float* x, float* result) {
  const Index pieces = divide_up(n, piece);
  ScratchScope scope(context.scratch);
  float* partials = context.scratch.take<float>(pieces);
  parallel_for(context, pieces, piece, [&](Index item) {
    Floats total = {};
    sweep(item * piece, minimum(n, (item + 1) * piece), [&](Index i, auto part) {
      const Floats v = part.get(x + i);
      total = v * v + total;
    });
    partials[item] = sum(total);
  });
  double total = 0;
  for (Index i = 0; i < pieces; ++i) total += static_cast<double>(partials[i]);
  *result = static_cast<float>(total);
}

namespace {

// The norm of an array is unit sqrt(square). This is for squares that overflowed or vanished: rare, and so
// simple.
void measure_scaled(const ArraySlice& x, float& square, float& unit) {
  float largest = 0;
  for (Index i = 0; i < x.size; ++i) {
    const float magnitude = __builtin_fabsf(x.data[i]);
    if (!(magnitude <= __FLT_MAX__)) {  // NaN and infinity pass on
      square = magnitude;
      return;
    }
    if (magnitude > largest) largest = magnitude;
  }
  if (largest == 0) return;
  double sum = 0;
  for (Index i = 0; i < x.size; ++i) {
    const double scaled = static_cast<double>(x.data[i]) / static_cast<double>(largest);
    sum += scaled * scaled;
  }
  square = static_cast<float>(sum), unit = largest;
}

}  // namespace

void clip(Context& context, double largest, Index count, const ArraySlice* arrays, float* square,
          float* unit) {
  double sum = 0;
  for (Index i = 0; i < count; ++i) {
    squared_norm(context, arrays[i].size, arrays[i].data, square + i);
    unit[i] = 1;
    sum += static_cast<double>(square[i]);
  }
  double norm = __builtin_sqrt(sum);
  if (!(sum > 1e-30 && sum < 1e37)) {
    norm = 0;
    for (Index i = 0; i < count; ++i) {
      if (!(square[i] > 1e-30f && square[i] < 1e37f)) measure_scaled(arrays[i], square[i], unit[i]);
      norm = __builtin_hypot(norm,
                             static_cast<double>(unit[i]) * __builtin_sqrt(static_cast<double>(square[i])));
    }
  }
  if (norm > largest)  // false for NaN, which the caller finds in the norm
    for (Index i = 0; i < count; ++i)
      scale(context, arrays[i].size, static_cast<float>(largest / norm), arrays[i].data);
}

// Infinities and NaN are the floats with all exponent bits set.
void count_nonfinite(Context& context, Index n, const float* x, std::int32_t* result) {
  const Index pieces = divide_up(n, piece);
  ScratchScope scope(context.scratch);
  std::int32_t* partials = context.scratch.take<std::int32_t>(pieces);
  parallel_for(context, pieces, piece, [&](Index item) {
    Ints found = {};
    sweep(item * piece, minimum(n, (item + 1) * piece),
          [&](Index i, auto part) { found -= ((Ints)part.get(x + i) & 0x7f800000) == 0x7f800000; });
    partials[item] = 0;
    for (int lane = 0; lane < lanes; ++lane) partials[item] += found[lane];
  });
  *result = 0;
  for (Index i = 0; i < pieces; ++i) *result += partials[i];
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
