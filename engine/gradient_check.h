#pragma once
#include <functional>
#include <string>
#include <vector>

#include "engine/random.h"
#include "engine/tape.h"

namespace triptych {

// One element of one input: its gradient from backward and from differences of forward.
struct CheckedElement {
  std::string subject;       // "input 1", or "parameter w"
  std::vector<Index> index;  // which element of it, axis by axis
  double value = 0;          // of the element itself, x
  double backward = 0;       // df/dx from backward
  double added = 0;          // the amount that a second backward added to a gradient that was not empty
  double differences = 0;    // df/dx from differences of forward
  double error = 0;          // as GradientCheck::relative_error
  bool kink = false;         // not differentiable here: skipped

  std::string place() const;  // "input 1, element [2, 0, 3]"
};

// Compares the gradients of a function's backward with central differences of its forward.
//
// For a random cotangent g, f(x) = sum(g * result(x)) is a scalar, and df/dx_i is compared with (f(x + h e_i)
// - f(x - h e_i)) / 2h, one element of one input after another. The cotangent is random, because the sum of
// all outputs has a zero gradient for softmax. Backward runs a second time into gradients that are not empty,
// to which it must add. Where the two one-sided differences disagree, the function has a kink within h (relu
// at 0, a maximum that changes its winner): the element is skipped and counted.
struct GradientCheck {
  // Of the worst element: |a - n| / max(|a|, |n|, root mean square of this gradient), minus the part that
  // rounding explains.
  double relative_error = 0;
  Index checked = 0, skipped = 0;
  // "input 1, element [2, 0, 3]: backward says 0.25, differences say 0.5"; the largest difference, even if
  // rounding explains it. Empty when every element was skipped.
  std::string worst;
  std::vector<CheckedElement> elements;  // all that were examined, input by input
  Index worst_at = -1;                   // in `elements`
  // NaN fails, and so does a check that skipped at least as many elements as it checked.
  bool passed(double tolerance) const { return relative_error <= tolerance && checked > skipped; }
};

struct GradientCheckOptions {
  // h. The truncation error is O(h^2), the rounding error O(1/h): in float, little room is left in between.
  double step = sizeof(Real) == 8 ? 1e-4 : 1e-2;
  // The allowed relative disagreement of the one-sided differences; h times a curvature is no kink.
  double kink_tolerance = sizeof(Real) == 8 ? 1e-2 : 1e-1;
  Index most_elements = 200;  // per input, drawn at random if it has more
};

// `function` builds the result from the inputs on the tape. The parameters that it uses are given in
// `parameters` and are checked after the inputs; their gradients are zero afterwards. It must be a pure
// function of both.
GradientCheck check_gradients(const std::function<Variable(const std::vector<Variable>&)>& function,
                              const std::vector<Tensor>& inputs, const ParameterList& parameters,
                              Random random, const GradientCheckOptions& options = {});

}  // namespace triptych
