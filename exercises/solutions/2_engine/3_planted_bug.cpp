// 2.3, solved: dw took the cotangent of direction k where that of row i belongs. A square input, n = k, never
// reads past the end, and with one row and one direction the mistake is not even wrong.
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
        if (dw) dw[k] += difference * difference * dd[i];
      }
  });
}

}  // namespace triptych
