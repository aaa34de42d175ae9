#include <cmath>

#include "kernels/reference/reference.h"

namespace triptych::reference {

// v = momentum v + (g + decay value);  value -= rate v  (nesterov: rate (g + decay value + momentum v))
void sgd(Context&, const SgdRule& rule, Index count, const ParameterSlice* slices) {
  for (Index s = 0; s < count; ++s)
    for (Index i = 0; i < slices[s].size; ++i) {
      Real &value = slices[s].value[i], &velocity = slices[s].first[i];
      const double g = slices[s].gradient[i] + double(slices[s].decay) * value;
      const double v = double(rule.momentum) * velocity + g;
      velocity = static_cast<Real>(v);
      value = static_cast<Real>(value - rule.rate * (rule.nesterov ? g + rule.momentum * v : v));
    }
}

// m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
// value -= rate (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon)
// Adam adds decay value to g; AdamW subtracts rate decay value from the value, outside the step.
void adam(Context&, const AdamRule& rule, Index count, const ParameterSlice* slices) {
  const double beta1 = rule.beta1, beta2 = rule.beta2, rate = rule.rate;
  const double correction1 = 1 - std::pow(beta1, double(rule.step)),
               correction2 = 1 - std::pow(beta2, double(rule.step));
  for (Index s = 0; s < count; ++s)
    for (Index i = 0; i < slices[s].size; ++i) {
      Real &value = slices[s].value[i], &first = slices[s].first[i], &second = slices[s].second[i];
      const double shrink = double(slices[s].decay) * value;
      const double g = slices[s].gradient[i] + (rule.decoupled_decay ? 0 : shrink);
      const double m = beta1 * first + (1 - beta1) * g;
      const double v = beta2 * second + (1 - beta2) * g * g;
      const double towards = (m / correction1) / (std::sqrt(v / correction2) + rule.epsilon);
      first = static_cast<Real>(m);
      second = static_cast<Real>(v);
      value = static_cast<Real>(value - rate * towards - (rule.decoupled_decay ? rate * shrink : 0));
    }
}

}  // namespace triptych::reference
