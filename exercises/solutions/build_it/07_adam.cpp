// Step 7, solved.
#include <cmath>

#include "kernels/reference/reference.h"

namespace triptych::reference {

void adam(Context&, const AdamRule& rule, Index count, const ParameterSlice* slices) {
  const double b1 = rule.beta1, b2 = rule.beta2, rate = rule.rate, t = double(rule.step);
  for (Index k = 0; k < count; ++k) {
    const ParameterSlice& slice = slices[k];
    for (Index i = 0; i < slice.size; ++i) {
      const double decay = double(slice.decay) * slice.value[i];
      double g = slice.gradient[i];
      if (!rule.decoupled_decay) g += decay;
      const double m = b1 * slice.first[i] + (1 - b1) * g, v = b2 * slice.second[i] + (1 - b2) * g * g;
      double value = slice.value[i] - rate * (m / (1 - std::pow(b1, t))) /
                                          (std::sqrt(v / (1 - std::pow(b2, t))) + rule.epsilon);
      if (rule.decoupled_decay) value -= rate * decay;
      slice.first[i] = Real(m);
      slice.second[i] = Real(v);
      slice.value[i] = Real(value);
    }
  }
}

}  // namespace triptych::reference
