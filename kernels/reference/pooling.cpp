#include <limits>

#include "kernels/reference/reference.h"
#include "kernels/reference/scalar.h"
#include "kernels/reference/sums.h"

namespace triptych::reference {
namespace {

// visit(y_at, i, j, n, ch) for every element y[n, i, j, ch] of the pooled image.
template <class Visit>
void for_each_window(const PoolShape& s, Visit visit) {
  Index y_at = 0;
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < s.out_height(); ++i)
      for (Index j = 0; j < s.out_width(); ++j)
        for (Index ch = 0; ch < s.channels; ++ch) visit(y_at++, n, i, j, ch);
}

// The offset of x[n, i stride + row, j stride + column, ch]: the element (row, column) of the window of
// y[n, i, j, ch].
Index in_window(const PoolShape& s, Index n, Index i, Index j, Index row, Index column, Index ch) {
  const Index x_row = i * s.stride_height + row, x_column = j * s.stride_width + column;
  return ((n * s.height + x_row) * s.width + x_column) * s.channels + ch;
}

// visit(n, strip, p) for every patch p of every strip of every image.
template <class Visit>
void for_each_strip_patch(const StripShape& s, Visit visit) {
  for (Index n = 0; n < s.batch; ++n)
    for (Index strip = 0; strip < s.strips; ++strip)
      for (Index p = s.first_row(strip) * s.columns; p < s.end_row(strip) * s.columns; ++p)
        visit(n, strip, p);
}

}  // namespace

void max_pool_forward(Context&, const PoolShape& s, const Real* x, Real* y, std::uint8_t* winner) {
  for_each_window(s, [&](Index y_at, Index n, Index i, Index j, Index ch) {
    Index best = 0;
    for (Index k = 1; k < s.window_height * s.window_width; ++k)
      if (beats(x[in_window(s, n, i, j, k / s.window_width, k % s.window_width, ch)],
                x[in_window(s, n, i, j, best / s.window_width, best % s.window_width, ch)]))
        best = k;
    y[y_at] = x[in_window(s, n, i, j, best / s.window_width, best % s.window_width, ch)];
    winner[y_at] = static_cast<std::uint8_t>(best);
  });
}

// dx[winner] += dy
void max_pool_backward(Context& context, const PoolShape& s, const std::uint8_t* winner, const Real* dy,
                       Real* dx) {
  Sums sum(context, s.batch * s.height * s.width * s.channels);
  for_each_window(s, [&](Index y_at, Index n, Index i, Index j, Index ch) {
    const Index k = winner[y_at];
    sum[in_window(s, n, i, j, k / s.window_width, k % s.window_width, ch)] += dy[y_at];
  });
  sum.add_to(dx);
}

void average_pool_forward(Context&, const PoolShape& s, const Real* x, Real* y) {
  for_each_window(s, [&](Index y_at, Index n, Index i, Index j, Index ch) {
    double sum = 0;
    for (Index row = 0; row < s.window_height; ++row)
      for (Index column = 0; column < s.window_width; ++column)
        sum += x[in_window(s, n, i, j, row, column, ch)];
    y[y_at] = static_cast<Real>(sum / double(s.window_height * s.window_width));
  });
}

// dx += dy / (elements of the window), for each element of the window
void average_pool_backward(Context& context, const PoolShape& s, const Real* dy, Real* dx) {
  Sums sum(context, s.batch * s.height * s.width * s.channels);
  for_each_window(s, [&](Index y_at, Index n, Index i, Index j, Index ch) {
    const double share = dy[y_at] / double(s.window_height * s.window_width);
    for (Index row = 0; row < s.window_height; ++row)
      for (Index column = 0; column < s.window_width; ++column)
        sum[in_window(s, n, i, j, row, column, ch)] += share;
  });
  sum.add_to(dx);
}

// y[n, s, ch] = max of x[n, p, ch] over the patches p of strip s with mask[n, p] != 0
void strip_max_forward(Context&, const StripShape& s, const Real* x, const std::uint8_t* mask, Real* y,
                       std::int32_t* winner) {
  for (Index k = 0; k < s.batch * s.strips * s.channels; ++k) y[k] = 0, winner[k] = -1;
  for_each_strip_patch(s, [&](Index n, Index strip, Index p) {
    if (!mask[n * s.patches() + p]) return;
    for (Index ch = 0; ch < s.channels; ++ch) {
      const Real candidate = x[(n * s.patches() + p) * s.channels + ch];
      const Index y_at = (n * s.strips + strip) * s.channels + ch;
      if (winner[y_at] < 0 || beats(candidate, y[y_at])) y[y_at] = candidate, winner[y_at] = std::int32_t(p);
    }
  });
}

// dx[n, winner] += dy: a patch in a row that two strips share may win in both
void strip_max_backward(Context& context, const StripShape& s, const std::int32_t* winner, const Real* dy,
                        Real* dx) {
  Sums sum(context, s.batch * s.patches() * s.channels);
  for (Index n = 0; n < s.batch; ++n)
    for (Index strip = 0; strip < s.strips; ++strip)
      for (Index ch = 0; ch < s.channels; ++ch) {
        const Index y_at = (n * s.strips + strip) * s.channels + ch;
        if (winner[y_at] >= 0) sum[(n * s.patches() + winner[y_at]) * s.channels + ch] += dy[y_at];
      }
  sum.add_to(dx);
}

// y[n, s] = sum_p weight[n, p] x[n, p] / sum_p weight[n, p]
void strip_mean_forward(Context& context, const StripShape& s, const Real* x, const Real* weight, Real* y) {
  Sums numerator(context, s.batch * s.strips * s.channels), denominator(context, s.batch * s.strips);
  for_each_strip_patch(s, [&](Index n, Index strip, Index p) {
    const double w = weight[n * s.patches() + p];
    denominator[n * s.strips + strip] += w;
    for (Index ch = 0; ch < s.channels; ++ch)
      numerator[(n * s.strips + strip) * s.channels + ch] += w * x[(n * s.patches() + p) * s.channels + ch];
  });
  for (Index k = 0; k < s.batch * s.strips * s.channels; ++k) {
    const double total = denominator[k / s.channels];
    y[k] = total == 0 ? Real(0) : static_cast<Real>(numerator[k] / total);
  }
}

// dx[n, p] += dy[n, s] weight[n, p] / sum_p weight[n, p]
void strip_mean_backward(Context& context, const StripShape& s, const Real* weight, const Real* dy,
                         Real* dx) {
  Sums sum(context, s.batch * s.patches() * s.channels), denominator(context, s.batch * s.strips);
  for_each_strip_patch(s, [&](Index n, Index strip, Index p) {
    denominator[n * s.strips + strip] += weight[n * s.patches() + p];
  });
  for_each_strip_patch(s, [&](Index n, Index strip, Index p) {
    const double total = denominator[n * s.strips + strip];
    if (total == 0) return;
    const double share = weight[n * s.patches() + p] / total;
    for (Index ch = 0; ch < s.channels; ++ch)
      sum[(n * s.patches() + p) * s.channels + ch] += share * dy[(n * s.strips + strip) * s.channels + ch];
  });
  sum.add_to(dx);
}

}  // namespace triptych::reference
