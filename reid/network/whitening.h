#pragma once
#include <span>
#include <vector>

#include "kernels/real.h"

namespace triptych {

// A linear map of each strip of an embedding, after which its variance is equal in all directions.
//
//   C + ridge (trace C / D) I = L L^T (Cholesky),  W = L^-1      =>      |W x|^2 = x^T (C + ...)^-1 x
//
// with C [D, D] the covariance of the strip over some images. Any other root of the inverse (C^(-1/2), say)
// is a rotation of this one and gives the same lengths and angles.
struct Whitening {
  Index strips = 0, width = 0;  // S, D
  std::vector<Real> w;          // [S, D, D], lower triangles

  bool empty() const { return w.empty(); }
  std::vector<double> times(std::span<const double> x) const;             // W x,   [S D]
  std::vector<double> transposed_times(std::span<const double> x) const;  // W^T x, [S D]
};

// From rows [count, S D] of mean 0. The map of a strip without variance is the identity.
Whitening fit_whitening(std::span<const double> rows, Index strips, Index width, double ridge);

}  // namespace triptych
