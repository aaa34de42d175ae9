#include "engine/ops/detail.h"

namespace triptych {

Variable layer_norm(const Variable& x, Real epsilon) {
  const auto [kernels, context] = detail::place_of("layer_norm", {&x});
  const Index rows = detail::rows_of(x.shape()), columns = detail::columns_of(x.shape());
  require(columns > 0, "layer_norm: there is nothing to normalise in shape {}", x.shape().text());
  Tensor y = Tensor::like(x.value), scale(x.device(), Shape{rows});
  kernels.layer_norm_forward(context, rows, columns, epsilon, x.value.real(), y.real(), scale.real());

  // saved: y, scale = 1 / sqrt(variance + epsilon).   The statistics depend on x, too:
  //   dx += scale (dy - mean(dy) - y mean(dy y))
  return record("layer_norm", {&x}, y, [rows, columns, y = Saved(y), scale](const BackwardStep& step) {
    step.kernels().layer_norm_backward(step.context(), rows, columns, y.real(), scale.real(),
                                       step.output_gradient().real(), step.gradient(0));
  });
}

Variable layer_norm(const Variable& x, const Variable& gamma, const Variable& beta, Real epsilon) {
  require(x.shape().axes() >= 1 && gamma.shape() == Shape{x.shape().last()} && beta.shape() == gamma.shape(),
          "layer_norm takes x [..., n], gamma and beta [n], not {}, {} and {}", x.shape().text(),
          gamma.shape().text(), beta.shape().text());
  return layer_norm(x, epsilon) * gamma + beta;
}

}  // namespace triptych
