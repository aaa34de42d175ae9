// Optimizer updates: one pass over each parameter, its gradient and its moving averages.
#include <cmath>

#include "kernels/context.h"
#include "kernels/cpu/mathematics.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {

void sgd(Context& context, const SgdRule& rule, Index count, const ParameterSlice* slices) {
  const float momentum = rule.momentum, rate = rule.rate;
  for (const ParameterSlice* p = slices; p != slices + count; ++p)
    parallel_sweep(context, p->size, [&](Index i, auto part) {
      const Floats value = part.get(p->value + i);
      const Floats g = p->decay * value + part.get(p->gradient + i);
      const Floats v = momentum * part.get(p->first + i) + g;
      part.put(p->first + i, v);
      part.put(p->value + i, value - rate * (rule.nesterov ? momentum * v + g : v));
    });
}

void adam(Context& context, const AdamRule& rule, Index count, const ParameterSlice* slices) {
  const double step = static_cast<double>(rule.step), beta1 = rule.beta1, beta2 = rule.beta2;
  const float b1 = rule.beta1, c1 = static_cast<float>(1 - beta1), b2 = rule.beta2,
              c2 = static_cast<float>(1 - beta2);
  // The bias corrections are constants of the step; they are computed in double and folded into the two
  // factors.
  const float correct1 = static_cast<float>(1 / (1 - pow(beta1, step)));
  const float correct2 = static_cast<float>(1 / (1 - pow(beta2, step)));
  for (const ParameterSlice* p = slices; p != slices + count; ++p) {
    const float decay = rule.decoupled_decay ? 0.0f : p->decay;
    const float shrink = rule.decoupled_decay ? rule.rate * p->decay : 0.0f;
    parallel_sweep(context, p->size, [&](Index i, auto part) {
      const Floats value = part.get(p->value + i);
      const Floats g = decay * value + part.get(p->gradient + i);
      const Floats m = b1 * part.get(p->first + i) + c1 * g;
      const Floats v = b2 * part.get(p->second + i) + c2 * g * g;
      const Floats towards = m * correct1 / (square_root(v * correct2) + rule.epsilon);
      part.put(p->first + i, m);
      part.put(p->second + i, v);
      part.put(p->value + i, value - rule.rate * towards - shrink * value);
    });
  }
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
