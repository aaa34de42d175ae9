// 2.1 The backward of tanh
//
// An op computes its output, and records a function that answers one question: given dy = dL/dy, what does
// this op add to dx = dL/dx? The forward half stands below. For the other half:
//   - y = tanh(x), so dy/dx = 1 - y^2: y is all that has to be saved;
//   - step.output_gradient() is dy, a tensor of the shape of y;
//   - step.gradient(0) points to dx. ADD to it: x may have been used elsewhere as well.
// On the device `reference`, which the exercises use, a tensor's numbers lie in ordinary memory: y.real()[i].
#include <cmath>

#include "engine/tape.h"
#include "exercises/exercises.h"

namespace triptych {

Variable tanh_op(const Variable& x) {
  Tensor y = Tensor::like(x.value);
  for (Index i = 0; i < y.elements(); ++i) y.real()[i] = std::tanh(x.value.real()[i]);

  return record("tanh_op", {&x}, y, [y](const BackwardStep& step) {
    const Real* dy = step.output_gradient().real();
    Real* dx = step.gradient(0);
    for (Index i = 0; i < y.elements(); ++i) dx[i] += dy[i];  // your code: this is the backward of y = x
  });
}

}  // namespace triptych
