#include "engine/ops/detail.h"

namespace triptych {
namespace {

PoolShape checked_shape(const char* op, const Variable& x, PoolWindow window) {
  const Shape& s = x.shape();
  require(s.axes() == 4, "{} takes x [n, h, w, c], not {}", op, s.text());
  require(window.height >= 1 && window.width >= 1 && window.stride_height >= 1 && window.stride_width >= 1,
          "{} takes windows and strides of 1 or more, not {} x {} with strides {} x {}", op, window.height,
          window.width, window.stride_height, window.stride_width);
  require(s[1] >= window.height && s[2] >= window.width, "{}: the window {} x {} is larger than the image {}",
          op, window.height, window.width, s.text());
  return {s[0], s[1], s[2], s[3], window.height, window.width, window.stride_height, window.stride_width};
}

StripShape checked_strips(const char* op, const Variable& x, const Tensor& beside, Index strips) {
  const Shape& s = x.shape();
  require(s.axes() == 4, "{} takes x [n, rows, columns, c], not {}", op, s.text());
  require(beside && beside.shape() == Shape{s[0], s[1], s[2]},
          "{} of x {} takes one number a patch, [{}, {}, {}], not {}", op, s.text(), s[0], s[1], s[2],
          beside.shape().text());
  require(strips >= 1 && strips <= s[1], "{} cuts {} rows of patches into 1 to {} strips, not {}", op, s[1],
          s[1], strips);
  return {s[0], s[1], s[2], s[3], strips};
}

}  // namespace

Variable max_pool2d(const Variable& x, PoolWindow window) {
  const auto [kernels, context] = detail::place_of("max_pool2d", {&x});
  const PoolShape shape = checked_shape("max_pool2d", x, window);
  require(window.height * window.width <= 256,
          "max_pool2d remembers the winner in a byte: a window of {} x {} is too large", window.height,
          window.width);
  Tensor y(x.device(), Shape{shape.batch, shape.out_height(), shape.out_width(), shape.channels});
  Tensor winner(x.device(), y.shape(), Type::byte);
  kernels.max_pool_forward(context, shape, x.value.real(), y.real(), winner.byte());

  // saved: winner. dx[winner of y] += dy
  return record("max_pool2d", {&x}, y, [shape, winner](const BackwardStep& step) {
    step.kernels().max_pool_backward(step.context(), shape, winner.byte(), step.output_gradient().real(),
                                     step.gradient(0));
  });
}

Variable average_pool2d(const Variable& x, PoolWindow window) {
  const auto [kernels, context] = detail::place_of("average_pool2d", {&x});
  const PoolShape shape = checked_shape("average_pool2d", x, window);
  Tensor y(x.device(), Shape{shape.batch, shape.out_height(), shape.out_width(), shape.channels});
  kernels.average_pool_forward(context, shape, x.value.real(), y.real());

  // saved: nothing.   dx += dy / (window height * window width) over each window
  return record("average_pool2d", {&x}, y, [shape](const BackwardStep& step) {
    step.kernels().average_pool_backward(step.context(), shape, step.output_gradient().real(),
                                         step.gradient(0));
  });
}

namespace {
Variable pixels_as_rows(const char* op, const Variable& x) {  // [n, h, w, c] -> [n, h w, c]
  const Shape& s = x.shape();
  require(s.axes() == 4, "{} takes x [n, h, w, c], not {}", op, s.text());
  return reshape(x, {s[0], s[1] * s[2], s[3]});
}
}  // namespace

Variable global_max_pool(const Variable& x) {
  return max(pixels_as_rows("global_max_pool", x), 1);
}

Variable global_average_pool(const Variable& x) {
  return mean(pixels_as_rows("global_average_pool", x), 1);
}

Variable strip_max_pool(const Variable& x, const Tensor& mask, Index strips) {
  const auto [kernels, context] = detail::place_of("strip_max_pool", {&x});
  const StripShape shape = checked_strips("strip_max_pool", x, mask, strips);
  Tensor y(x.device(), Shape{shape.batch, strips, shape.channels});
  Tensor winner(x.device(), y.shape(), Type::int32);
  kernels.strip_max_forward(context, shape, x.value.real(), mask.byte(), y.real(), winner.int32());

  // saved: winner (-1: none, and no gradient). dx[winner of y] += dy
  return record("strip_max_pool", {&x}, y, [shape, winner](const BackwardStep& step) {
    step.kernels().strip_max_backward(step.context(), shape, winner.int32(), step.output_gradient().real(),
                                      step.gradient(0));
  });
}

Variable strip_mean_pool(const Variable& x, const Tensor& weight, Index strips) {
  const auto [kernels, context] = detail::place_of("strip_mean_pool", {&x});
  const StripShape shape = checked_strips("strip_mean_pool", x, weight, strips);
  Tensor y(x.device(), Shape{shape.batch, strips, shape.channels});
  kernels.strip_mean_forward(context, shape, x.value.real(), weight.real(), y.real());

  // saved: weight.   dx[p] += weight[p] / (sum of the strip's weights) dy
  return record("strip_mean_pool", {&x}, y, [shape, weight = Saved(weight)](const BackwardStep& step) {
    step.kernels().strip_mean_backward(step.context(), shape, weight.real(), step.output_gradient().real(),
                                       step.gradient(0));
  });
}

}  // namespace triptych
