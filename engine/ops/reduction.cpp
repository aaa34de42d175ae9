#include "engine/ops/detail.h"

namespace triptych {
namespace {

// y[o, i] = factor sum_a x[o, a, i], x seen as [outer, axis, inner].
Variable scaled_sum(const char* op, const Variable& x, const detail::AxisView& view, const Shape& shape,
                    Real factor) {
  const auto [kernels, context] = detail::place_of(op, {&x});
  Tensor y(x.device(), shape);
  kernels.sum_axis_forward(context, view.outer, view.axis, view.inner, factor, x.value.real(), y.real());

  // saved: nothing.   dx[o, a, i] += factor dy[o, i]
  return record(op, {&x}, y, [view, factor](const BackwardStep& step) {
    step.kernels().sum_axis_backward(step.context(), view.outer, view.axis, view.inner, factor,
                                     step.output_gradient().real(), step.gradient(0));
  });
}

}  // namespace

Variable sum(const Variable& x) {
  return scaled_sum("sum", x, {1, x.shape().elements(), 1}, Shape{1}, 1);
}

Variable mean(const Variable& x) {
  const Index n = x.shape().elements();
  require(n > 0, "mean of a tensor of shape {}: there is nothing to average", x.shape().text());
  return scaled_sum("mean", x, {1, n, 1}, Shape{1}, Real(1) / static_cast<Real>(n));
}

Variable sum(const Variable& x, int axis) {
  axis = detail::checked_axis("sum", x.shape(), axis);
  return scaled_sum("sum", x, detail::view_axis(x.shape(), axis), detail::without_axis(x.shape(), axis), 1);
}

Variable mean(const Variable& x, int axis) {
  axis = detail::checked_axis("mean", x.shape(), axis);
  const Index n = x.shape()[axis];
  require(n > 0, "mean over axis {} of a tensor of shape {}: there is nothing to average", axis,
          x.shape().text());
  return scaled_sum("mean", x, detail::view_axis(x.shape(), axis), detail::without_axis(x.shape(), axis),
                    Real(1) / static_cast<Real>(n));
}

namespace {

// y[o, i] = max_a x[o, a, i] and its position a, the first one on a tie.
struct Maximum {
  detail::AxisView view;
  Tensor value, winner;
};
Maximum maximum_of(const char* op, const Variable& x, int axis) {
  const auto [kernels, context] = detail::place_of(op, {&x});
  axis = detail::checked_axis(op, x.shape(), axis);
  require(x.shape()[axis] > 0, "{} over axis {} of a tensor of shape {}: there is nothing to choose from", op,
          axis, x.shape().text());
  const detail::AxisView view = detail::view_axis(x.shape(), axis);
  Tensor y(x.device(), detail::without_axis(x.shape(), axis));
  Tensor winner(x.device(), y.shape(), Type::int32);
  kernels.max_axis_forward(context, view.outer, view.axis, view.inner, x.value.real(), y.real(),
                           winner.int32());
  return {view, y, winner};
}

}  // namespace

Variable max(const Variable& x, int axis) {
  const auto [view, y, winner] = maximum_of("max", x, axis);

  // saved: the winners.   dx[o, winner, i] += dy[o, i]
  return record("max", {&x}, y, [view = view, winner = winner](const BackwardStep& step) {
    step.kernels().max_axis_backward(step.context(), view.outer, view.axis, view.inner, winner.int32(),
                                     step.output_gradient().real(), step.gradient(0));
  });
}

Tensor argmax(const Tensor& x, int axis) {
  return maximum_of("argmax", x, axis).winner;
}

// The largest x_j is subtracted first, as a constant, which prevents overflow.
Variable log_sum_exp(const Variable& x) {
  require(x.shape().axes() >= 1, "log_sum_exp takes x [..., n], not {}", x.shape().text());
  const Variable largest = max(Variable(x.value), -1);
  Shape beside = x.shape();
  beside.set(beside.axes() - 1, 1);
  return largest + log(sum(exp(x - reshape(largest, beside)), -1));
}

}  // namespace triptych
