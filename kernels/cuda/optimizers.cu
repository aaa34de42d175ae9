// One launch updates all parameters (slices.cuh).
#include <cmath>

#include "kernels/cuda/slices.cuh"

namespace triptych::cuda {

// v = momentum v + (g + decay value);  value -= rate v  (nesterov: rate (g + decay value + momentum v))
__global__ void sgd_kernel(SliceTable<ParameterSlice> table, SgdRule rule) {
  for_chunk(table, [&](const ParameterSlice& slice, Index i) {
    const float value = slice.value[i], g = fmaf(slice.decay, value, slice.gradient[i]);
    const float v = fmaf(rule.momentum, slice.first[i], g);
    slice.first[i] = v;
    slice.value[i] = value - rule.rate * (rule.nesterov ? fmaf(rule.momentum, v, g) : v);
  });
}

// The part that does not depend on the parameter: the bias corrections of the averages are folded into two
// factors, in double.
struct AdamStep {
  float rate, beta1, rest1, beta2, rest2, correct1, correct2, epsilon;
  bool decoupled_decay;
};

// m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
// value -= rate (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon)
__global__ void adam_kernel(SliceTable<ParameterSlice> table, AdamStep rule) {
  for_chunk(table, [&](const ParameterSlice& slice, Index i) {
    const float value = slice.value[i], shrink = slice.decay * value;
    const float g = slice.gradient[i] + (rule.decoupled_decay ? 0.0f : shrink);
    const float m = rule.beta1 * slice.first[i] + rule.rest1 * g;
    const float v = rule.beta2 * slice.second[i] + rule.rest2 * g * g;
    const float towards = m * rule.correct1 / (sqrtf(v * rule.correct2) + rule.epsilon);
    slice.first[i] = m;
    slice.second[i] = v;
    slice.value[i] = value - rule.rate * towards - (rule.decoupled_decay ? rule.rate * shrink : 0.0f);
  });
}

void sgd(Context& context, const SgdRule& rule, Index count, const ParameterSlice* slices) {
  Workspace scratch(context);
  start_chunks(context, "sgd", sgd_kernel, SentTable<ParameterSlice>(context, scratch, count, slices), rule);
}

void adam(Context& context, const AdamRule& rule, Index count, const ParameterSlice* slices) {
  const double step = static_cast<double>(rule.step), beta1 = rule.beta1, beta2 = rule.beta2;
  const AdamStep constants = {rule.rate,
                              rule.beta1,
                              static_cast<float>(1 - beta1),
                              rule.beta2,
                              static_cast<float>(1 - beta2),
                              static_cast<float>(1 / (1 - std::pow(beta1, step))),
                              static_cast<float>(1 / (1 - std::pow(beta2, step))),
                              rule.epsilon,
                              rule.decoupled_decay};
  Workspace scratch(context);
  start_chunks(context, "adam", adam_kernel, SentTable<ParameterSlice>(context, scratch, count, slices),
               constants);
}

}  // namespace triptych::cuda
