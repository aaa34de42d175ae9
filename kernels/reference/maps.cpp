#include <cmath>

#include "kernels/reference/reference.h"

namespace triptych::reference {
namespace {

double map(const MapRule& rule, double x) {
  switch (rule.map) {
    case Map::exp:
      return std::exp(x);
    case Map::log:
      return std::log(x);
    case Map::sqrt:
      return std::sqrt(x);
    case Map::abs:
      return std::abs(x);
    case Map::power:
      return std::pow(x, double(rule.a));
    case Map::clamp:
      return x < rule.a ? rule.a : x > rule.b ? rule.b : x;  // in this order NaN propagates
  }
  return x;
}

double slope(const MapRule& rule, double x, double y) {
  switch (rule.map) {
    case Map::exp:
      return y;
    case Map::log:
      return 1 / x;
    case Map::sqrt:
      return 0.5 / y;
    case Map::abs:
      return x > 0 ? 1 : x < 0 ? -1 : x;
    case Map::power:
      return rule.a == 0 ? 0 : double(rule.a) * std::pow(x, double(rule.a) - 1);
    case Map::clamp:
      return x < rule.a || x > rule.b ? 0 : 1;
  }
  return 1;
}

}  // namespace

void map_forward(Context&, const MapRule& rule, Index n, const Real* x, Real* y) {
  for (Index i = 0; i < n; ++i) y[i] = static_cast<Real>(map(rule, x[i]));
}

void map_backward(Context&, const MapRule& rule, Index n, const Real* x, const Real* y, const Real* dy,
                  Real* dx) {
  for (Index i = 0; dx && i < n; ++i) dx[i] = static_cast<Real>(dx[i] + dy[i] * slope(rule, x[i], y[i]));
}

// y[k] (+)= x[k's place] wherever (mask[k's place] != 0) == wanted
void copy_where(Context&, const StridedShape& s, bool wanted, bool accumulate, const std::uint8_t* mask,
                const Real* x, Real* y) {
  Index k = 0;
  for (Index i = 0; i < s.size[0]; ++i)
    for (Index j = 0; j < s.size[1]; ++j)
      for (Index l = 0; l < s.size[2]; ++l)
        for (Index m = 0; m < s.size[3]; ++m, ++k) {
          if ((mask[i * s.a[0] + j * s.a[1] + l * s.a[2] + m * s.a[3]] != 0) != wanted) continue;
          const Real value = x[i * s.b[0] + j * s.b[1] + l * s.b[2] + m * s.b[3]];
          y[k] = accumulate ? y[k] + value : value;
        }
}

// y[o, k, i] = x[o, index[k], i]
void gather(Context&, const GatherShape& s, const std::int32_t* index, const Real* x, Real* y) {
  for (Index o = 0; o < s.outer; ++o)
    for (Index k = 0; k < s.count; ++k)
      for (Index i = 0; i < s.inner; ++i)
        y[(o * s.count + k) * s.inner + i] = x[(o * s.axis + index[k]) * s.inner + i];
}

// x[o, a, i] += the sum of y[o, order[p], i] over start[a] <= p < start[a + 1]
void scatter_add(Context&, const GatherShape& s, const std::int32_t* order, const std::int32_t* start,
                 const Real* y, Real* x) {
  for (Index o = 0; o < s.outer; ++o)
    for (Index a = 0; a < s.axis; ++a)
      for (Index i = 0; i < s.inner; ++i) {
        double sum = 0;
        for (std::int32_t p = start[a]; p < start[a + 1]; ++p)
          sum += y[(o * s.count + order[p]) * s.inner + i];
        Real& to = x[(o * s.axis + a) * s.inner + i];
        to = static_cast<Real>(to + sum);
      }
}

}  // namespace triptych::reference
