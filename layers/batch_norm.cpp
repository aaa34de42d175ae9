#include "layers/batch_norm.h"

#include "engine/error.h"
#include "engine/image_split.h"
#include "kernels/kernels.h"
#include "layers/listing.h"

namespace triptych {
BatchNorm::BatchNorm(const Device& device, Index channels, const BatchNormOptions& options)
    : options_(options) {
  require(channels >= 1, "BatchNorm: needs at least one channel, not {}", channels);
  require(options.momentum >= 0 && options.momentum <= 1, "BatchNorm: momentum {} is not within 0 and 1",
          options.momentum);
  require(options.epsilon > 0, "BatchNorm: epsilon {} must be above 0", options.epsilon);
  gamma = Parameter(Tensor::filled(device, {channels}, Real(1)), false);
  beta = Parameter(Tensor::zeros(device, {channels}), false);
  running_mean = Parameter::buffer(Tensor::zeros(device, {channels}));
  running_variance = Parameter::buffer(Tensor::filled(device, {channels}, Real(1)));
}

Variable BatchNorm::operator()(const Variable& x, Mode mode) {
  check(x, mode);
  const Variable g = use(gamma, x), b = use(beta, x);
  const Real epsilon = static_cast<Real>(options_.epsilon);
  if (mode == Mode::infer) return batch_norm_fixed(x, g, b, epsilon, running());
  BatchStatistics batch;
  Variable y = batch_norm(x, g, b, epsilon, batch);
  update(batch, rows_of_all(x.value));
  return y;
}

Variable BatchNorm::activation_pool(const Variable& x, Activation activation, Mode mode) {
  check(x, mode);
  const Variable g = use(gamma, x), b = use(beta, x);
  const Real epsilon = static_cast<Real>(options_.epsilon);
  if (mode == Mode::infer) return batch_norm_activation_pool_fixed(x, g, b, epsilon, activation, running());
  BatchStatistics batch;
  Variable y = batch_norm_activation_pool(x, g, b, epsilon, activation, batch);
  update(batch, rows_of_all(x.value));
  return y;
}

void BatchNorm::list(const std::string& prefix, ParameterList& out) {
  list_parameter(prefix, "gamma", gamma, out);
  list_parameter(prefix, "beta", beta, out);
  list_parameter(prefix, "running_mean", running_mean, out);
  list_parameter(prefix, "running_variance", running_variance, out);
}

void BatchNorm::check(const Variable& x, Mode mode) const {
  const Index channels = gamma.value.elements();
  require(x.shape().axes() >= 2 && x.shape().last() == channels,
          "BatchNorm: needs x [..., {}], not one of shape {}", channels, x.shape().text());
  require(mode == Mode::infer || x.shape().elements() > channels,
          "BatchNorm: x {} has one row, which has no variance: train on at least two", x.shape().text());
}

// running = (1 - momentum) running + momentum batch, on the device and outside the tape: no gradient. The
// batch's variance is the biased one, as the normalisation of that batch requires; the running variance
// estimates that of all images and is unbiased: n / (n - 1) times the batch's, n = `rows`.
void BatchNorm::update(const BatchStatistics& batch, Index rows) {
  const double m = options_.momentum, n = static_cast<double>(rows);
  const Tensor &mean = running_mean.value, &variance = running_variance.value;
  mean.wrote(), variance.wrote();
  mean.device().kernels().batch_norm_track(mean.device().context(), mean.elements(), static_cast<Real>(1 - m),
                                           static_cast<Real>(m), static_cast<Real>(m * n / (n - 1)),
                                           batch.mean.real(), batch.variance.real(), mean.real(),
                                           variance.real());
}

}  // namespace triptych
