#include "reid/loss/metric_losses.h"

#include <cmath>

namespace triptych {

Variable arcface_loss(const Variable& x, const Variable& centres, const Tensor& target, Real margin,
                      Real scale) {
  const Variable cosine = matmul(l2_normalise(x), transpose(l2_normalise(centres)));  // [n, classes]
  const Variable sine = sqrt(clamp(1 - cosine * cosine, Real(1e-7), 1));
  const Variable moved = std::cos(margin) * cosine - std::sin(margin) * sine;  // cos(angle + margin)
  const Tensor is_target = one_hot(target, centres.shape()[0]);
  return mean(cross_entropy(scale * where(is_target, moved, cosine), target));
}

Variable circle_loss(const Variable& x, const Tensor& positive, const Tensor& negative, Real margin,
                     Real gamma) {
  const Variable unit = l2_normalise(x), s = matmul(unit, transpose(unit));
  const Variable none = Tensor::filled(x.device(), {1}, -1000);  // exp(-1000) = 0
  const Variable weight_n = relu(s.value + margin), weight_p = relu(1 + margin - s.value);
  const Variable push = log_sum_exp(where(negative, gamma * weight_n * (s - margin), none));
  const Variable pull = log_sum_exp(where(positive, -gamma * weight_p * (s - (1 - margin)), none));
  const Variable both = push + pull;
  return mean(
      binary_cross_entropy(both, Tensor::zeros(x.device(), both.shape())));  // log(1 + exp(push + pull))
}

}  // namespace triptych
