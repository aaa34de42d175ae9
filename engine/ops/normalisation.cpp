#include <array>

#include "engine/ops/detail.h"
#include "engine/ops/shared_norm.h"

namespace triptych {

Variable l2_normalise(const Variable& x, Real epsilon) {
  const auto [kernels, context] = detail::place_of("l2_normalise", {&x});
  const Index rows = detail::rows_of(x.shape()), columns = detail::columns_of(x.shape());
  Tensor y = Tensor::like(x.value), norm(x.device(), Shape{rows});
  kernels.l2_normalise_forward(context, rows, columns, epsilon, x.value.real(), y.real(), norm.real());

  // saved: y, norm = |x|.   y = x / |x|:   dx += (dy - y (y . dy)) / |x|, the component of dy orthogonal to y
  return record(
      "l2_normalise", {&x}, y, [rows, columns, epsilon, y = Saved(y), norm](const BackwardStep& step) {
        step.kernels().l2_normalise_backward(step.context(), rows, columns, epsilon, y.real(), norm.real(),
                                             step.output_gradient().real(), step.gradient(0));
      });
}

// ---- batch normalisation: xhat = (x - mean) / sqrt(variance + epsilon),  y = gamma xhat + beta ------------
namespace {

// [rows, channels]; gamma, beta and, if given, the statistics have one value per channel.
struct NormShape {
  Index rows, channels;
};
NormShape checked_shape(const char* op, const Variable& x, const Variable& gamma, const Variable& beta,
                        const BatchStatistics* given = nullptr) {
  require(x.shape().axes() >= 2 && gamma.shape() == Shape{x.shape().last()} && beta.shape() == gamma.shape(),
          "{} takes x [..., channels], gamma and beta [channels], not {}, {} and {}", op, x.shape().text(),
          gamma.shape().text(), beta.shape().text());
  require(!given || (given->mean.shape() == gamma.shape() && given->variance.shape() == gamma.shape()),
          "{} of x {} takes a mean and a variance {}, not {} and {}", op, x.shape().text(),
          gamma.shape().text(), given ? given->mean.shape().text() : "",
          given ? given->variance.shape().text() : "");
  require(detail::rows_of(x.shape()) > 0, "{}: there is nothing to normalise in shape {}", op,
          x.shape().text());
  return {detail::rows_of(x.shape()), x.shape().last()};
}

PoolShape checked_pool(const char* op, const Variable& x, Activation activation) {
  const Shape& s = x.shape();
  require(s.axes() == 4 && s[1] >= 2 && s[2] >= 2, "{} takes x [n, h, w, c] of at least 2 x 2 pixels, not {}",
          op, s.text());
  require(activation != Activation::gelu,
          "{} takes an activation that never falls; gelu does, so pool after it", op);
  return {s[0], s[1], s[2], s[3]};
}

BatchStatistics measure(const Variable& x, NormShape shape) {
  BatchStatistics statistics{Tensor(x.device(), Shape{shape.channels}),
                             Tensor(x.device(), Shape{shape.channels})};
  x.device().kernels().batch_norm_statistics(x.device().context(), shape.rows, shape.channels, x.value.real(),
                                             statistics.mean.real(), statistics.variance.real());
  detail::share_statistics(x.value, statistics);
  return statistics;
}

struct SavedStatistics {
  Saved mean, variance;
  explicit SavedStatistics(const BatchStatistics& given) : mean(given.mean), variance(given.variance) {}
};

// Backward with constant statistics, given inputs 0 = x, 1 = gamma, 2 = beta:
//   dx += dy gamma / sqrt(variance + epsilon),   dgamma += sum dy xhat,   dbeta += sum dy
void fixed_backward(const BackwardStep& step, NormShape shape, Real epsilon, const Tensor& x,
                    const Tensor& gamma, const SavedStatistics& statistics, const Real* dy) {
  const Kernels& kernels = step.kernels();
  const auto [rows, channels] = shape;
  const Tensor zeros = Tensor::zeros(step.device(), Shape{channels}),
               ones = Tensor::filled(step.device(), Shape{channels}, 1);
  // a: one value per channel; b: one per pixel and channel
  const std::array<detail::StridedAxis, 2> walk = {{{rows, 0, channels}, {channels, 1, 1}}};
  const StridedShape strides = detail::strided("batch_norm_fixed", walk);
  if (Real* dx = step.gradient(0)) {
    Tensor slope(step.device(),
                 Shape{channels});  // gamma / sqrt(variance + epsilon): the norm of one row of ones
    kernels.batch_norm_forward(step.context(), 1, channels, epsilon, ones.real(), zeros.real(),
                               statistics.variance.real(), gamma.real(), zeros.real(), slope.real());
    kernels.binary_backward(step.context(), detail::swapped(strides), dy, slope.real(), dx);
  }
  if (Real* dgamma = step.gradient(1)) {
    Tensor xhat = Tensor::like(x);
    kernels.batch_norm_forward(step.context(), rows, channels, epsilon, x.real(), statistics.mean.real(),
                               statistics.variance.real(), ones.real(), zeros.real(), xhat.real());
    kernels.binary_backward(step.context(), strides, dy, xhat.real(), dgamma);
  }
  if (Real* dbeta = step.gradient(2)) kernels.binary_backward(step.context(), strides, dy, nullptr, dbeta);
}

}  // namespace

Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta, Real epsilon,
                    BatchStatistics& statistics) {
  const auto [kernels, context] = detail::place_of("batch_norm", {&x, &gamma, &beta});
  const NormShape shape = checked_shape("batch_norm", x, gamma, beta);
  statistics = measure(x, shape);
  Tensor y = Tensor::like(x.value);
  kernels.batch_norm_forward(context, shape.rows, shape.channels, epsilon, x.value.real(),
                             statistics.mean.real(), statistics.variance.real(), gamma.value.real(),
                             beta.value.real(), y.real());

  // saved: x, gamma, mean, variance. The statistics depend on x, too:
  //   dx += gamma / sqrt(variance + epsilon) (dy - mean(dy) - xhat mean(dy xhat)),  dgamma += sum dy xhat,
  //   dbeta += sum dy
  return record(
      "batch_norm", {&x, &gamma, &beta}, y,
      [shape, epsilon, x = Saved(x.value), gamma = Saved(gamma.value),
       statistics = SavedStatistics(statistics)](const BackwardStep& step) {
        const detail::ChannelNorm norm{epsilon, x, statistics.mean, statistics.variance, gamma};
        detail::shared_norm_backward(step, norm, step.gradient(0), [&](Real* dx, Real* dgamma, Real* dbeta) {
          step.kernels().batch_norm_backward(step.context(), shape.rows, shape.channels, epsilon, x.real(),
                                             statistics.mean.real(), statistics.variance.real(), gamma.real(),
                                             step.output_gradient().real(), dx, dgamma, dbeta);
        });
      });
}

Variable batch_norm_fixed(const Variable& x, const Variable& gamma, const Variable& beta, Real epsilon,
                          const BatchStatistics& statistics) {
  const auto [kernels, context] = detail::place_of("batch_norm_fixed", {&x, &gamma, &beta});
  const NormShape shape = checked_shape("batch_norm_fixed", x, gamma, beta, &statistics);
  Tensor y = Tensor::like(x.value);
  kernels.batch_norm_forward(context, shape.rows, shape.channels, epsilon, x.value.real(),
                             statistics.mean.real(), statistics.variance.real(), gamma.value.real(),
                             beta.value.real(), y.real());

  // saved: x, gamma, mean, variance
  return record("batch_norm_fixed", {&x, &gamma, &beta}, y,
                [shape, epsilon, x = Saved(x.value), gamma = Saved(gamma.value),
                 statistics = SavedStatistics(statistics)](const BackwardStep& step) {
                  fixed_backward(step, shape, epsilon, x, gamma, statistics, step.output_gradient().real());
                });
}

// ---- the same with activation and 2x2 max-pooling: the normalised image is never stored -------------------

Variable batch_norm_activation_pool(const Variable& x, const Variable& gamma, const Variable& beta,
                                    Real epsilon, Activation activation, BatchStatistics& statistics) {
  const char* op = "batch_norm_activation_pool";
  const auto [kernels, context] = detail::place_of(op, {&x, &gamma, &beta});
  const PoolShape pool = checked_pool(op, x, activation);
  statistics = measure(x, checked_shape(op, x, gamma, beta));
  Tensor y(x.device(), Shape{pool.batch, pool.out_height(), pool.out_width(), pool.channels});
  Tensor winner(x.device(), y.shape(), Type::byte);
  kernels.batch_norm_activation_pool_forward(context, pool, activation, epsilon, x.value.real(),
                                             statistics.mean.real(), statistics.variance.real(),
                                             gamma.value.real(), beta.value.real(), y.real(), winner.byte());

  // saved: x, gamma, mean, variance, y, winner. Only winners have a non-zero dz = dy activation'(y); the rest
  // as in batch_norm.
  return record(op, {&x, &gamma, &beta}, y,
                [pool, activation, epsilon, x = Saved(x.value), gamma = Saved(gamma.value),
                 statistics = SavedStatistics(statistics), y = Saved(y), winner](const BackwardStep& step) {
                  const detail::ChannelNorm norm{epsilon, x, statistics.mean, statistics.variance, gamma};
                  detail::assign_gradient(step, 0, x.shape(), [&](Real* to) {
                    detail::shared_norm_backward(step, norm, to, [&](Real* dx, Real* dgamma, Real* dbeta) {
                      step.kernels().batch_norm_activation_pool_backward(
                          step.context(), pool, activation, epsilon, x.real(), statistics.mean.real(),
                          statistics.variance.real(), gamma.real(), y.real(), winner.byte(),
                          step.output_gradient().real(), dx, dgamma, dbeta);
                    });
                  });
                });
}

Variable batch_norm_activation_pool_fixed(const Variable& x, const Variable& gamma, const Variable& beta,
                                          Real epsilon, Activation activation,
                                          const BatchStatistics& statistics) {
  const char* op = "batch_norm_activation_pool_fixed";
  const auto [kernels, context] = detail::place_of(op, {&x, &gamma, &beta});
  const PoolShape pool = checked_pool(op, x, activation);
  const NormShape shape = checked_shape(op, x, gamma, beta, &statistics);
  Tensor y(x.device(), Shape{pool.batch, pool.out_height(), pool.out_width(), pool.channels});
  Tensor winner(x.device(), y.shape(), Type::byte);
  kernels.batch_norm_activation_pool_forward(context, pool, activation, epsilon, x.value.real(),
                                             statistics.mean.real(), statistics.variance.real(),
                                             gamma.value.real(), beta.value.real(), y.real(), winner.byte());

  // saved: x, gamma, mean, variance, y, winner. First backward through pooling and activation to dz, then as
  // above.
  return record(op, {&x, &gamma, &beta}, y,
                [pool, shape, activation, epsilon, x = Saved(x.value), gamma = Saved(gamma.value),
                 statistics = SavedStatistics(statistics), y = Saved(y), winner](const BackwardStep& step) {
                  const ConvolutionShape image{pool.batch,    pool.height,  pool.width, pool.channels,
                                               pool.channels, /*kernel*/ 1, 1};
                  Tensor dz = Tensor::like(x);
                  step.kernels().activation_pool_backward(step.context(), image, activation, y.real(),
                                                          winner.byte(), step.output_gradient().real(),
                                                          dz.real());
                  fixed_backward(step, shape, epsilon, x, gamma, statistics, dz.real());
                });
}

}  // namespace triptych
