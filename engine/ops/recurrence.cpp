#include "engine/ops/detail.h"

namespace triptych {
namespace {

RecurrentShape checked_shape(const char* op, Index gates, const Variable& x, const Variable& weight,
                             const Variable& bias, bool reverse) {
  const Shape &xs = x.shape(), &ws = weight.shape();
  require(xs.axes() == 3 && ws.axes() == 2 && ws[1] == gates * ws[0] && xs[2] == ws[1] &&
              bias.shape() == Shape{ws[1]},
          "{} takes x [steps, batch, {} hidden], a weight [hidden, {} hidden] and a bias [{} hidden], not "
          "{}, {} and {}",
          op, gates, gates, gates, xs.text(), ws.text(), bias.shape().text());
  require(xs[0] >= 1, "{} was given a sequence of no steps: {}", op, xs.text());
  return {xs[0], xs[1], ws[0], reverse};
}

Shape hidden_shape(const RecurrentShape& shape, Index times) {
  return {shape.steps, shape.batch, times * shape.hidden};
}

}  // namespace

// A whole sequence is one node: backpropagation through time is a loop inside the kernel, not a chain of
// nodes.

Variable elman(const Variable& x, const Variable& weight, const Variable& bias, RecurrentOutput output,
               bool reverse) {
  const auto [kernels, context] = detail::place_of("elman", {&x, &weight, &bias});
  const RecurrentShape shape = checked_shape("elman", 1, x, weight, bias, reverse);
  Tensor h(x.device(), hidden_shape(shape, 1));
  kernels.elman_forward(context, shape, output, x.value.real(), weight.value.real(), bias.value.real(),
                        h.real());

  // saved: w, h. With a_t = x_t + h_{t-1} w + bias, h_t = tanh(a_t) and the total cotangent of h_t being
  // dh_t + da_{t+1} w^T:
  //   da_t = (dh_t + da_{t+1} w^T)(1 - h_t^2),  dx_t += da_t,  dw += h_{t-1}^T da_t,  dbias += da_t
  return record("elman", {&x, &weight, &bias}, h,
                [shape, output, w = Saved(weight.value), h = Saved(h)](const BackwardStep& step) {
                  step.kernels().elman_backward(step.context(), shape, output, w.real(), h.real(),
                                                step.output_gradient().real(), step.gradient(0),
                                                step.gradient(1), step.gradient(2));
                });
}

Variable lstm(const Variable& x, const Variable& weight, const Variable& bias, bool reverse) {
  const auto [kernels, context] = detail::place_of("lstm", {&x, &weight, &bias});
  const RecurrentShape shape = checked_shape("lstm", 4, x, weight, bias, reverse);
  Tensor h(x.device(), hidden_shape(shape, 1)), c(x.device(), h.shape()),
      gates(x.device(), hidden_shape(shape, 4));
  kernels.lstm_forward(context, shape, x.value.real(), weight.value.real(), bias.value.real(), h.real(),
                       c.real(), gates.real());

  // saved: w, h, the cell c and the gates [i f g o] after their activations
  return record("lstm", {&x, &weight, &bias}, h,
                [shape, w = Saved(weight.value), h = Saved(h), c, gates](const BackwardStep& step) {
                  step.kernels().lstm_backward(step.context(), shape, w.real(), h.real(), c.real(),
                                               gates.real(), step.output_gradient().real(), step.gradient(0),
                                               step.gradient(1), step.gradient(2));
                });
}

Variable gru(const Variable& x, const Variable& weight, const Variable& bias, bool reverse) {
  const auto [kernels, context] = detail::place_of("gru", {&x, &weight, &bias});
  const RecurrentShape shape = checked_shape("gru", 3, x, weight, bias, reverse);
  Tensor h(x.device(), hidden_shape(shape, 1)), gates(x.device(), hidden_shape(shape, 4));
  kernels.gru_forward(context, shape, x.value.real(), weight.value.real(), bias.value.real(), h.real(),
                      gates.real());

  // saved: w, h and the gates [r z n] after their activations, with u_n, the factor of r, as the fourth
  return record("gru", {&x, &weight, &bias}, h,
                [shape, w = Saved(weight.value), h = Saved(h), gates](const BackwardStep& step) {
                  step.kernels().gru_backward(step.context(), shape, w.real(), h.real(), gates.real(),
                                              step.output_gradient().real(), step.gradient(0),
                                              step.gradient(1), step.gradient(2));
                });
}

}  // namespace triptych
