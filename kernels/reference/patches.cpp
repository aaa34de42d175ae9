#include <algorithm>
#include <cmath>

#include "kernels/reference/reference.h"
#include "kernels/reference/scalar.h"
#include "kernels/reference/sums.h"

namespace triptych::reference {

// similarity[i, j, k] = the maximum of x[i, j] . y[k, p] over the patches p of candidate k that are at most
// `reach` grid rows from j
void patch_match_forward(Context&, const PatchMatchShape& s, const Real* x, const Real* y, Real* similarity,
                         std::int32_t* winner) {
  const Index P = s.patches(), C = s.channels;
  for (Index i = 0; i < s.queries; ++i)
    for (Index j = 0; j < P; ++j)
      for (Index k = 0; k < s.candidates; ++k) {
        const Index row = j / s.columns;
        const Index first = std::max<Index>(0, row - s.reach) * s.columns;
        const Index end = std::min(s.rows, row + s.reach + 1) * s.columns;
        double best = 0;
        Index best_at = -1;
        for (Index p = first; p < end; ++p) {
          double dot = 0;
          for (Index ch = 0; ch < C; ++ch) dot += double(x[(i * P + j) * C + ch]) * y[(k * P + p) * C + ch];
          if (best_at < 0 || beats(dot, best)) best = dot, best_at = p;
        }
        similarity[(i * P + j) * s.candidates + k] = static_cast<Real>(best);
        winner[(i * P + j) * s.candidates + k] = static_cast<std::int32_t>(best_at);
      }
}

// dx[i, j] += sum_k g[i, j, k] y[k, winner];  dy[k, winner] += g[i, j, k] x[i, j]
void patch_match_backward(Context& context, const PatchMatchShape& s, const Real* x, const Real* y,
                          const std::int32_t* winner, const Real* g, Real* dx, Real* dy) {
  const Index P = s.patches(), C = s.channels;
  Sums sum_dx(context, s.queries * P * C), sum_dy(context, s.candidates * P * C);
  for (Index q = 0; q < s.queries * P; ++q)  // q = (i, j)
    for (Index k = 0; k < s.candidates; ++k) {
      const Index at = q * s.candidates + k, p = k * P + winner[at];
      for (Index ch = 0; ch < C; ++ch) {
        sum_dx[q * C + ch] += double(g[at]) * y[p * C + ch];
        sum_dy[p * C + ch] += double(g[at]) * x[q * C + ch];
      }
    }
  sum_dx.add_to(dx);
  sum_dy.add_to(dy);
}

// y = the mean of x with weights exp(-distance^2 / (2 sigma^2)), over the cells of the grid within 3 sigma
void smooth_grid(Context&, Index batch, Index rows, Index columns, Real sigma, const Real* x, Real* y) {
  for (Index n = 0; n < batch; ++n)
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < columns; ++j) {
        double sum = 0, total = 0;
        for (Index r = 0; r < rows; ++r)
          for (Index c = 0; c < columns; ++c) {
            const double distance2 = double((r - i) * (r - i) + (c - j) * (c - j)),
                         sigma2 = double(sigma) * sigma;
            if (distance2 > 9 * sigma2) continue;
            const double weight = distance2 == 0 ? 1 : std::exp(-distance2 / (2 * sigma2));  // sigma may be 0
            sum += weight * x[(n * rows + r) * columns + c];
            total += weight;
          }
        y[(n * rows + i) * columns + j] = static_cast<Real>(sum / total);
      }
}

void threshold_rows(Context&, Index rows, Index columns, const Real* x, const Real* threshold,
                    std::uint8_t* mask) {
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j) mask[i * columns + j] = x[i * columns + j] >= threshold[i];
}

}  // namespace triptych::reference
