#include <algorithm>
#include <cmath>

#include "kernels/reference/reference.h"
#include "kernels/reference/scalar.h"

// x is [outer, axis, inner]: x[(o * axis + k) * inner + i]; y, and winner, are [outer, inner].
namespace triptych::reference {

// y[o, i] = scale sum_k x[o, k, i]
void sum_axis_forward(Context&, Index outer, Index axis, Index inner, Real scale, const Real* x, Real* y) {
  for (Index o = 0; o < outer; ++o)
    for (Index i = 0; i < inner; ++i) {
      double sum = 0;
      for (Index k = 0; k < axis; ++k) sum += x[(o * axis + k) * inner + i];
      y[o * inner + i] = static_cast<Real>(scale * sum);
    }
}

// dx[o, k, i] += scale dy[o, i]
void sum_axis_backward(Context&, Index outer, Index axis, Index inner, Real scale, const Real* dy, Real* dx) {
  for (Index o = 0; dx && o < outer; ++o)
    for (Index k = 0; k < axis; ++k)
      for (Index i = 0; i < inner; ++i) {
        Real& gradient = dx[(o * axis + k) * inner + i];
        gradient = static_cast<Real>(gradient + double(scale) * dy[o * inner + i]);
      }
}

// y[o, i] = max_k x[o, k, i], winner[o, i] = that k, the first one on a tie
void max_axis_forward(Context&, Index outer, Index axis, Index inner, const Real* x, Real* y,
                      std::int32_t* winner) {
  for (Index o = 0; o < outer; ++o)
    for (Index i = 0; i < inner; ++i) {
      Index best = 0;
      for (Index k = 1; k < axis; ++k)
        if (beats(x[(o * axis + k) * inner + i], x[(o * axis + best) * inner + i])) best = k;
      y[o * inner + i] = x[(o * axis + best) * inner + i];
      winner[o * inner + i] = static_cast<std::int32_t>(best);
    }
}

// dx[o, winner, i] += dy[o, i]
void max_axis_backward(Context&, Index outer, Index axis, Index inner, const std::int32_t* winner,
                       const Real* dy, Real* dx) {
  for (Index o = 0; dx && o < outer; ++o)
    for (Index i = 0; i < inner; ++i) dx[(o * axis + winner[o * inner + i]) * inner + i] += dy[o * inner + i];
}

void squared_norm(Context&, Index n, const Real* x, Real* result) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += double(x[i]) * x[i];
  *result = static_cast<Real>(sum);
}

namespace {

// The norm of an array is unit sqrt(square).
struct ScaledNorm {
  double square, unit = 1;
};
ScaledNorm norm_of(const ArraySlice& x) {
  double sum = 0, largest = 0;
  for (Index i = 0; i < x.size; ++i) {
    const double element = x.data[i];
    if (!std::isfinite(element)) return {element * element};
    sum += element * element;
    largest = std::max(largest, std::abs(element));
  }
  if (largest == 0 || (sum > 1e-30 && sum < 1e37)) return {sum};
  sum = 0;
  for (Index i = 0; i < x.size; ++i) sum += std::pow(x.data[i] / largest, 2);
  return {sum, largest};
}

}  // namespace

void clip(Context& context, double largest, Index count, const ArraySlice* arrays, Real* square, Real* unit) {
  double norm = 0;
  for (Index i = 0; i < count; ++i) {
    const ScaledNorm own = norm_of(arrays[i]);
    square[i] = static_cast<Real>(own.square), unit[i] = static_cast<Real>(own.unit);
    norm = std::hypot(norm, own.unit * std::sqrt(own.square));
  }
  for (Index i = 0; norm > largest && i < count; ++i)
    scale(context, arrays[i].size, static_cast<Real>(largest / norm), arrays[i].data);
}

void count_nonfinite(Context&, Index n, const Real* x, std::int32_t* result) {
  *result = 0;
  for (Index i = 0; i < n; ++i) *result += !std::isfinite(x[i]);
}

}  // namespace triptych::reference
