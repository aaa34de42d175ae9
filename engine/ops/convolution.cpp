#include "engine/ops/detail.h"

namespace triptych {
namespace {

ConvolutionShape checked_shape(const char* op, const Variable& x, const Variable& weight,
                               const Variable& bias, Window window) {
  const Shape &xs = x.shape(), &ws = weight.shape();
  require(window.groups == 1 && window.dilation == 1,
          "{} knows no groups and no dilation; convolution2d does", op);
  require(xs.axes() == 4 && ws.axes() == 4 && xs[3] == ws[2],
          "{} takes x [n, h, w, in] and a weight [kh, kw, in, out], not {} and {}", op, xs.text(), ws.text());
  require(!bias.value || bias.shape() == Shape{ws[3]}, "{} with a weight {} takes a bias [{}], not {}", op,
          ws.text(), ws[3], bias.shape().text());
  require(window.stride >= 1 && window.pad >= 0,
          "{} takes a stride of 1 or more and a pad of 0 or more, not {} and {}", op, window.stride,
          window.pad);
  require(xs[1] + 2 * window.pad >= ws[0] && xs[2] + 2 * window.pad >= ws[1],
          "{}: the kernel {} x {} is larger than the image {} x {} with its padding of {}", op, ws[0], ws[1],
          xs[1], xs[2], window.pad);
  return {.batch = xs[0],
          .height = xs[1],
          .width = xs[2],
          .in_channels = xs[3],
          .out_channels = ws[3],
          .kernel_height = ws[0],
          .kernel_width = ws[1],
          .stride = window.stride,
          .pad = window.pad};
}

const Real* real_or_null(const Tensor& tensor) {
  return tensor ? tensor.real() : nullptr;
}

}  // namespace

Variable convolution2d(const Variable& x, const Variable& weight, const Variable& bias, Window window) {
  if (window.groups != 1 || window.dilation != 1)
    return detail::grouped_convolution2d(x, weight, bias, window);
  const auto [kernels, context] = detail::place_of("convolution2d", {&x, &weight, &bias});
  const ConvolutionShape shape = checked_shape("convolution2d", x, weight, bias, window);
  Tensor y(x.device(), Shape{shape.batch, shape.out_height(), shape.out_width(), shape.out_channels});
  kernels.convolution_forward(context, shape, x.value.real(), weight.value.real(), real_or_null(bias.value),
                              y.real());

  // saved: x, w. dx += dy correlated with w, dw += x correlated with dy, dbias += the sum of dy over all
  // pixels
  return record("convolution2d", {&x, &weight, &bias}, y,
                [shape, x = Saved(x.value), w = Saved(weight.value)](const BackwardStep& step) {
                  const Real* dy = step.output_gradient().real();
                  if (Real* dx = step.gradient(0))
                    step.kernels().convolution_backward_input(step.context(), shape, dy, w.real(), dx);
                  Real *dw = step.gradient(1), *dbias = step.gradient(2);
                  if (dw || dbias)
                    step.kernels().convolution_backward_weights(step.context(), shape, x.real(), dy, dw,
                                                                dbias);
                });
}

Variable convolution2d_activation_pool(const Variable& x, const Variable& weight, const Variable& bias,
                                       Window window, Activation activation) {
  const char* op = "convolution2d_activation_pool";
  const auto [kernels, context] = detail::place_of(op, {&x, &weight, &bias});
  const ConvolutionShape shape = checked_shape(op, x, weight, bias, window);
  require(activation != Activation::gelu,
          "{} takes an activation that never falls; gelu does, so pool after it", op);
  require(shape.out_height() >= 2 && shape.out_width() >= 2,
          "{}: an image of {} x {} has no 2x2 window to pool", op, shape.out_height(), shape.out_width());
  Tensor y(x.device(), Shape{shape.batch, shape.out_height() / 2, shape.out_width() / 2, shape.out_channels});
  Tensor winner(x.device(), y.shape(), Type::byte);
  kernels.convolution_activation_pool_forward(context, shape, activation, x.value.real(), weight.value.real(),
                                              real_or_null(bias.value), y.real(), winner.byte());

  // saved: x, w, y and the winners, one byte per output. The full-resolution image is never stored.
  return record(op, {&x, &weight, &bias}, y,
                [shape, activation, x = Saved(x.value), w = Saved(weight.value), y = Saved(y),
                 winner](const BackwardStep& step) {
                  step.kernels().convolution_activation_pool_backward(
                      step.context(), shape, activation, x.real(), w.real(), y.real(), winner.byte(),
                      step.output_gradient().real(), step.gradient(0), step.gradient(1), step.gradient(2));
                });
}

}  // namespace triptych
