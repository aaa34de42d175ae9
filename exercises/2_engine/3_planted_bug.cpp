// 2.3 Find the planted bug
//
// A distance in which every direction has a weight (the diagonal of a learned metric):
//
//   d[i] = sum over k of w[k] (x[i, k] - y[i, k])^2            x, y [n, k]   w [k]   d [n]
//
// Its three gradients are below. One of them is wrong; the mistake is a real one. Do not read:
// measure. `make exercise N=2.3` runs a gradient check, and its message names the input and the element where
// backward and differences are furthest apart. Which input is it, and by how much? Which shape would have
// hidden the mistake?
#include "engine/tape.h"
#include "exercises/exercises.h"

namespace triptych {

Variable weighted_distance(const Variable& x, const Variable& y, const Variable& weight) {
  const Index n = x.shape()[0], size = x.shape()[1];
  const Tensor a = x.value, b = y.value, w = weight.value;
  Tensor d = Tensor::zeros(x.device(), {n});
  for (Index i = 0; i < n; ++i)
    for (Index k = 0; k < size; ++k) {
      const Real difference = a.real()[i * size + k] - b.real()[i * size + k];
      d.real()[i] += w.real()[k] * difference * difference;
    }

  // saved: all three inputs
  return record("weighted_distance", {&x, &y, &weight}, d, [a, b, w, n, size](const BackwardStep& step) {
    const Real* dd = step.output_gradient().real();
    Real *dx = step.gradient(0), *dy = step.gradient(1), *dw = step.gradient(2);
    for (Index i = 0; i < n; ++i)
      for (Index k = 0; k < size; ++k) {
        const Real difference = a.real()[i * size + k] - b.real()[i * size + k];
        if (dx) dx[i * size + k] += 2 * w.real()[k] * difference * dd[i];
        if (dy) dy[i * size + k] -= 2 * w.real()[k] * difference * dd[i];
        if (dw) dw[k] += difference * difference * dd[k];
      }
  });
}

}  // namespace triptych
