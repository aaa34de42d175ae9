#pragma once
#include <functional>
#include <string>
#include <vector>

#include "engine/random.h"
#include "engine/tape.h"

namespace triptych {

// One element of one input, as backward and as differences of forward see it.
struct CheckedElement {
  std::string subject;       // "input 1", or "parameter w"
  std::vector<Index> index;  // which element of it, axis by axis
  double value = 0;          // of the element itself, x
  double backward = 0;       // df/dx, as backward says
  double added = 0;  // the same, as what a second backward added to a gradient that already held something
  double differences = 0;  // df/dx, as differences of forward say
  double error = 0;        // as GradientCheck::relative_error
  bool kink = false;       // no gradient here: skipped

  std::string place() const;  // "input 1, element [2, 0, 3]"
};

// Compares the gradients that a function's backward gives with central differences of its forward.
//
// For a random cotangent g, f(x) = sum(g * result(x)) is a number, and df/dx_i is compared with (f(x + h e_i)
// - f(x - h e_i)) / 2h, one element of one input after another. A random cotangent, because a sum of outputs
// makes the true gradient of a softmax zero. Backward runs a second time into gradients that already hold
// something: it must add to them. Where the two one-sided differences disagree the function has a kink within
// h (relu at 0, a maximum that changes hands): the element is counted as skipped.
struct GradientCheck {
  // Of the worst element: |a - n| / max(|a|, |n|, root mean square of this gradient), minus the part that
  // rounding explains.
  double relative_error = 0;
  Index checked = 0, skipped = 0;
  // "input 1, element [2, 0, 3]: backward says 0.25, differences say 0.5"; the furthest apart, also when
  // rounding explains it. Empty when every element was skipped.
  std::string worst;
  std::vector<CheckedElement> elements;  // all that were looked at, input by input
  Index worst_at = -1;                   // in `elements`
  // NaN fails; so does a check that skipped more than it checked.
  bool passed(double tolerance) const { return relative_error <= tolerance && checked > skipped; }
};

struct GradientCheckOptions {
  // h. Its error is h^2 of the function's own plus rounding / h: in float, little is left between the two.
  double step = sizeof(Real) == 8 ? 1e-4 : 1e-2;
  // How far, relatively, the one-sided differences may disagree; h times a curvature is no kink.
  double kink_tolerance = sizeof(Real) == 8 ? 1e-2 : 1e-1;
  Index most_elements = 200;  // of each input, drawn at random when it has more
};

// `function` builds the result from the inputs on the tape; parameters that it uses are given in `parameters`
// and are checked after the inputs; their gradients are clear afterwards. It must be a pure function of both.
GradientCheck check_gradients(const std::function<Variable(const std::vector<Variable>&)>& function,
                              const std::vector<Tensor>& inputs, const ParameterList& parameters,
                              Random random, const GradientCheckOptions& options = {});

}  // namespace triptych
