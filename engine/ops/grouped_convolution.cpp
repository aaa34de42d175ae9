#include <algorithm>

#include "engine/ops/detail.h"

// Convolutions with groups, a dilation, or both. For one tap (r, s) of the kernel, the input pixels of
// all outputs are a strided view of the padded image, so strided kernels and GEMM suffice:
//
//   depthwise    y += view(r, s) * w[r, s], channel by channel
//   otherwise    the concatenated views of all taps are a matrix [pixels, taps * in / groups] for each
//                group, and y = matrix w
namespace triptych {
namespace {

struct Geometry {
  Index batch, height, width, in, out;  // of the padded image
  Index kernel_height, kernel_width, out_height, out_width;
  Window window;

  Index pixels() const { return batch * out_height * out_width; }
  Index taps() const { return kernel_height * kernel_width; }
  Index group_in() const { return in / window.groups; }
  Index group_out() const { return out / window.groups; }
  Index depth() const { return taps() * group_in(); }  // the length of an output's sum
  Index inner_height() const { return height - 2 * window.pad; }
  Index inner_width() const { return width - 2 * window.pad; }

  // The offset of a tap's view in the padded image, at channel 0.
  Index tap(Index t) const { return (t / kernel_width * width + t % kernel_width) * window.dilation * in; }
  // `channels` channels of the view of a tap; a: the padded image, b: `per_pixel` elements from one output
  // pixel to the next.
  StridedShape view(Index channels, Index per_pixel) const {
    const Index s = window.stride;
    StridedShape shape;
    const Index size[4] = {batch, out_height, out_width, channels};
    const Index a[4] = {height * width * in, s * width * in, s * in, 1};
    const Index b[4] = {out_height * out_width * per_pixel, out_width * per_pixel, per_pixel, 1};
    std::copy(size, size + 4, shape.size), std::copy(a, a + 4, shape.a), std::copy(b, b + 4, shape.b);
    return shape;
  }
  StridedShape beside_tap_weights() const {  // b: one weight per channel, the same for all pixels
    StridedShape shape = view(in, 0);
    shape.b[0] = shape.b[1] = shape.b[2] = 0;
    return shape;
  }
  StridedShape inside() const {  // a: the image, b: the padded one from its first inner pixel
    StridedShape shape;
    const Index size[4] = {batch, inner_height(), inner_width(), in};
    const Index a[4] = {inner_height() * inner_width() * in, inner_width() * in, in, 1};
    const Index b[4] = {height * width * in, width * in, in, 1};
    std::copy(size, size + 4, shape.size), std::copy(a, a + 4, shape.a), std::copy(b, b + 4, shape.b);
    return shape;
  }
  Index first_inside() const { return window.pad * (width + 1) * in; }
  // A bias [out] broadcast over the rows of y.
  StridedShape bias_beside() const {
    return detail::strided("convolution2d", {{{pixels(), 0, out}, {out, 1, 1}}});
  }
};

Geometry checked_geometry(const Variable& x, const Variable& weight, const Variable& bias, Window w) {
  const Shape &xs = x.shape(), &ws = weight.shape();
  require(w.stride >= 1 && w.pad >= 0 && w.dilation >= 1 && w.groups >= 1,
          "convolution2d takes a stride, a dilation and groups of 1 or more and a pad of 0 or more, not {}, "
          "{}, {} and {}",
          w.stride, w.dilation, w.groups, w.pad);
  require(xs.axes() == 4 && ws.axes() == 4 && xs[3] == ws[2] * w.groups && ws[3] % w.groups == 0,
          "convolution2d in {} groups takes x [n, h, w, in] and a weight [kh, kw, in / groups, out], not {} "
          "and {}",
          w.groups, xs.text(), ws.text());
  require(!bias.value || bias.shape() == Shape{ws[3]},
          "convolution2d with a weight {} takes a bias [{}], not {}", ws.text(), ws[3], bias.shape().text());
  const Index height = xs[1] + 2 * w.pad, width = xs[2] + 2 * w.pad;
  const Index reach_down = w.dilation * (ws[0] - 1) + 1, reach_right = w.dilation * (ws[1] - 1) + 1;
  require(reach_down >= 1 && reach_right >= 1 && height >= reach_down && width >= reach_right,
          "convolution2d: the kernel {} x {} with a dilation of {} is larger than the image {} x {} with its "
          "padding of {}",
          ws[0], ws[1], w.dilation, xs[1], xs[2], w.pad);
  return {xs[0],
          height,
          width,
          xs[3],
          ws[3],
          ws[0],
          ws[1],
          (height - reach_down) / w.stride + 1,
          (width - reach_right) / w.stride + 1,
          w};
}

Tensor padded(const Geometry& g, const Tensor& x) {
  if (g.window.pad == 0) return x;
  Tensor result = Tensor::zeros(x.device(), {g.batch, g.height, g.width, g.in});
  x.device().kernels().copy_strided(x.device().context(), g.inside(), false, x.real(),
                                    result.real() + g.first_inside());
  return result;
}

// Calls accumulate(gradient of the padded image), initially zero, and adds its interior to that of the image.
template <class Accumulate>
void through_padding(const BackwardStep& step, const Geometry& g, const Accumulate& accumulate) {
  Real* dx = step.gradient(0);
  if (!dx || g.window.pad == 0) return accumulate(dx);
  Tensor wide = Tensor::zeros(step.device(), {g.batch, g.height, g.width, g.in});
  accumulate(wide.real());
  step.kernels().copy_strided(step.context(), detail::swapped(g.inside()), true,
                              wide.real() + g.first_inside(), dx);
}

void start_with_bias(const Geometry& g, const Variable& bias, const Tensor& y) {
  if (!bias.value) return y.fill(0);
  y.device().kernels().copy_strided(y.device().context(), g.bias_beside(), false, bias.value.real(),
                                    y.real());
}
void bias_backward(const BackwardStep& step, const Geometry& g) {
  if (Real* dbias = step.gradient(2))
    step.kernels().binary_backward(step.context(), g.bias_beside(), step.output_gradient().real(), nullptr,
                                   dbias);
}

// One filter per channel: in = out = groups.
Variable depthwise(const Geometry& g, const Variable& x, const Variable& weight, const Variable& bias) {
  const auto [kernels, context] = detail::place_of("convolution2d", {&x, &weight, &bias});
  const StridedShape shape = g.beside_tap_weights();
  const Tensor image = padded(g, x.value);
  Tensor y(x.device(), {g.batch, g.out_height, g.out_width, g.out}), product = Tensor::like(y);
  start_with_bias(g, bias, y);
  for (Index t = 0; t < g.taps(); ++t) {
    kernels.binary(context, BinaryOp::multiply, shape, image.real() + g.tap(t),
                   weight.value.real() + t * g.in, product.real());
    kernels.add_scaled(context, y.elements(), 1, product.real(), y.real());
  }

  // saved: the padded x, w. Tap by tap:   dx[view] += dy w,   dw += the sum of dy x[view] over all pixels
  return record("convolution2d", {&x, &weight, &bias}, y,
                [g, shape, image, w = Saved(weight.value)](const BackwardStep& step) {
                  const Real* dy = step.output_gradient().real();
                  Real* dw = step.gradient(1);
                  through_padding(step, g, [&](Real* dx) {
                    for (Index t = 0; t < g.taps(); ++t) {
                      if (dx)
                        step.kernels().binary_backward(step.context(), shape, dy, w.real() + t * g.in,
                                                       dx + g.tap(t));
                      if (dw)
                        step.kernels().binary_backward(step.context(), detail::swapped(shape), dy,
                                                       image.real() + g.tap(t), dw + t * g.in);
                    }
                  });
                  bias_backward(step, g);
                });
}

// matrix [pixels, taps, in / groups]: the inputs of each output of a group.
void gather_group(const Geometry& g, Index group, const Tensor& image, const Tensor& matrix) {
  const Device& device = image.device();
  for (Index t = 0; t < g.taps(); ++t)
    device.kernels().copy_strided(device.context(), g.view(g.group_in(), g.depth()), false,
                                  image.real() + g.tap(t) + group * g.group_in(),
                                  matrix.real() + t * g.group_in());
}

}  // namespace

Variable detail::grouped_convolution2d(const Variable& x, const Variable& weight, const Variable& bias,
                                       Window window) {
  const auto [kernels, context] = detail::place_of("convolution2d", {&x, &weight, &bias});
  const Geometry g = checked_geometry(x, weight, bias, window);
  if (g.group_in() == 1 && g.group_out() == 1) return depthwise(g, x, weight, bias);
  const Tensor image = padded(g, x.value), matrix(x.device(), {g.pixels(), g.depth()});
  Tensor y(x.device(), {g.batch, g.out_height, g.out_width, g.out});
  start_with_bias(g, bias, y);
  for (Index group = 0; group < window.groups; ++group) {
    gather_group(g, group, image, matrix);
    const Index from = group * g.group_out();  // the group's columns of w and of y
    kernels.gemm(context, Transpose::no, Transpose::no, g.pixels(), g.group_out(), g.depth(), 1,
                 matrix.real(), g.depth(), weight.value.real() + from, g.out, 1, y.real() + from, g.out);
  }

  // saved: the padded x, w; the matrix M of a group is gathered again. dw += M^T dy, dM = dy w^T, and
  // dx[views] += dM
  return record("convolution2d", {&x, &weight, &bias}, y,
                [g, image, w = Saved(weight.value)](const BackwardStep& step) {
                  const Real* dy = step.output_gradient().real();
                  Real* dw = step.gradient(1);
                  const Tensor matrix(step.device(), {g.pixels(), g.depth()});
                  through_padding(step, g, [&](Real* dx) {
                    for (Index group = 0; group < g.window.groups; ++group) {
                      const Index from = group * g.group_out();
                      if (dw) {
                        gather_group(g, group, image, matrix);
                        step.kernels().gemm(step.context(), Transpose::yes, Transpose::no, g.depth(),
                                            g.group_out(), g.pixels(), 1, matrix.real(), g.depth(), dy + from,
                                            g.out, 1, dw + from, g.out);
                      }
                      if (!dx) continue;
                      step.kernels().gemm(step.context(), Transpose::no, Transpose::yes, g.pixels(),
                                          g.depth(), g.group_out(), 1, dy + from, g.out, w.real() + from,
                                          g.out, 0, matrix.real(), g.depth());
                      for (Index t = 0; t < g.taps(); ++t)
                        step.kernels().copy_strided(
                            step.context(), detail::swapped(g.view(g.group_in(), g.depth())), true,
                            matrix.real() + t * g.group_in(), dx + g.tap(t) + group * g.group_in());
                    }
                  });
                  bias_backward(step, g);
                });
}

}  // namespace triptych
