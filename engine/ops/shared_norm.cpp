#include "engine/ops/shared_norm.h"

#include <array>

#include "engine/device_sums.h"
#include "kernels/batch_part.h"

namespace triptych::detail {
namespace {

void add_up(const Device& device, const Tensor& x) {
  device.context().shared->sums->add_up(Traffic::statistics, device, x.real(), x.elements());
}

// y = a b
void multiply(const Device& device, Index n, const Real* a, const Real* b, Real* y) {
  const std::array<StridedAxis, 1> walk = {{{n, 1, 1}}};
  device.kernels().binary(device.context(), BinaryOp::multiply, strided("batch_norm", walk), a, b, y);
}

}  // namespace

// With rank r's share w_r of the rows, its mean m_r and variance v_r:
//   mean = sum_r w_r m_r,   variance = sum_r w_r (v_r + (m_r - mean)^2)
// Two sums over ranks, since sum x^2 - mean^2 would lose the digits of a variance that is small beside them.
void share_statistics(const Tensor& x, BatchStatistics& statistics) {
  const Device& device = x.device();
  if (!image_split(device)) return;
  const Kernels& kernels = device.kernels();
  Context& context = device.context();
  const Index channels = statistics.mean.elements(), rows = x.elements() / channels;
  const Real share = static_cast<Real>(static_cast<double>(rows) / static_cast<double>(rows_of_all(x)));
  const Tensor mean = statistics.mean.copy(), apart = statistics.mean, square = Tensor::like(mean);
  kernels.scale(context, channels, share, mean.real());
  add_up(device, mean);
  kernels.add_scaled(context, channels, -1, mean.real(), apart.real());
  multiply(device, channels, apart.real(), apart.real(), square.real());
  kernels.add_scaled(context, channels, 1, square.real(), statistics.variance.real());
  kernels.scale(context, channels, share, statistics.variance.real());
  add_up(device, statistics.variance);
  statistics.mean = mean;
}

// With g = gamma / sqrt(variance + epsilon), the kernel has added g (dz - b_r / n_r - xhat c_r / n_r) with
// the sums b_r of dz and c_r of dz xhat over its n_r rows. It should have been b / n and c / n, those of
// all rows:
//   dx += g (b_r / n_r - b / n) + xhat g (c_r / n_r - c / n)
// which is the norm's forward kernel with other factors.
void add_what_others_lack(const BackwardStep& step, const ChannelNorm& norm, const Tensor& own, Real* dx) {
  const Device& device = step.device();
  const Kernels& kernels = step.kernels();
  Context& context = step.context();
  const Index channels = norm.gamma.elements(), rows = norm.x.elements() / channels;
  const Tensor all = own.copy();
  add_up(device, all);
  kernels.scale(context, 2 * channels, static_cast<Real>(1.0 / static_cast<double>(rows)), own.real());
  kernels.add_scaled(context, 2 * channels,
                     static_cast<Real>(-1.0 / static_cast<double>(rows_of_all(norm.x))), all.real(),
                     own.real());
  const Tensor ones = Tensor::filled(device, Shape{channels}, 1),
               zeros = Tensor::zeros(device, Shape{channels});
  const Tensor slope(device, Shape{channels}), factors(device, Shape{2, channels}), y = Tensor::like(norm.x);
  kernels.batch_norm_forward(context, 1, channels, norm.epsilon, ones.real(), zeros.real(),
                             norm.variance.real(), norm.gamma.real(), zeros.real(), slope.real());
  for (Index i = 0; i < 2; ++i)
    multiply(device, channels, slope.real(), own.real() + i * channels, factors.real() + i * channels);
  kernels.batch_norm_forward(context, rows, channels, norm.epsilon, norm.x.real(), norm.mean.real(),
                             norm.variance.real(), factors.real(), factors.real() + channels, y.real());
  kernels.add_scaled(context, y.elements(), 1, y.real(), dx);
}

}  // namespace triptych::detail
