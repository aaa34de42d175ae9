#include "apps/bench/roofline.h"
#include "apps/bench/stopwatch.h"
#include "kernels/kernels.h"

namespace triptych::bench {
namespace {

constexpr double number = sizeof(Real);
constexpr Index images = 32;

double elements(std::initializer_list<const Tensor*> tensors) {
  double count = 0;
  for (const Tensor* tensor : tensors) count += static_cast<double>(tensor->elements());
  return count;
}

Workload gemm(const Device& device, const char* name, Index m, Index n, Index k) {
  const Tensor a = random_tensor(device, {m, k}), b = random_tensor(device, {k, n}), c(device, {m, n});
  const double work = 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  return {name, work, number * elements({&a, &b, &c}), [=] {
            device.kernels().gemm(device.context(), Transpose::no, Transpose::no, m, n, k, 1, a.real(), k,
                                  b.real(), n, 0, c.real(), n);
          }};
}

// The three ways through a convolution, each of them 2 * patch operations for every number of the output.
void add_convolution(const Device& device, int block, const ConvolutionShape& s,
                     std::vector<Workload>& list) {
  const Tensor x = random_tensor(device, {s.batch, s.height, s.width, s.in_channels});
  const Tensor w = random_tensor(device, {s.kernel_height, s.kernel_width, s.in_channels, s.out_channels});
  const Tensor y = random_tensor(device, {s.batch, s.out_height(), s.out_width(), s.out_channels});
  const Tensor bias = Tensor::zeros(device, {s.out_channels});
  const Tensor dx = Tensor::zeros(device, x.shape()), dw = Tensor::zeros(device, w.shape());
  const double work = 2.0 * static_cast<double>(s.pixels()) * static_cast<double>(s.patch()) *
                      static_cast<double>(s.out_channels);
  const double bytes = number * elements({&x, &w, &y});
  const std::string name = "conv" + std::to_string(block);
  list.push_back({name + " forward", work, bytes, [=] {
                    device.kernels().convolution_forward(device.context(), s, x.real(), w.real(), bias.real(),
                                                         y.real());
                  }});
  list.push_back({name + " by weights", work, bytes, [=] {
                    device.kernels().convolution_backward_weights(device.context(), s, x.real(), y.real(),
                                                                  dw.real(), nullptr);
                  }});
  if (block == 1) return;  // the image needs no gradient
  list.push_back({name + " by input", work, bytes + number * static_cast<double>(x.elements()), [=] {
                    device.kernels().convolution_backward_input(device.context(), s, y.real(), w.real(),
                                                                dx.real());
                  }});
}

// What stands between two convolutions: a pass over the image each, with little to compute.
void add_passes(const Device& device, std::vector<Workload>& list) {
  const PoolShape s{images, 105, 47, 32};
  const Index rows = s.batch * s.height * s.width;
  const Tensor x = random_tensor(device, {rows, s.channels}), y(device, x.shape());
  const Tensor pooled(device, {s.batch, s.out_height(), s.out_width(), s.channels});
  const Tensor winner(device, pooled.shape(), Type::byte);
  const Tensor mean = Tensor::zeros(device, {s.channels}),
               variance = random_tensor(device, {s.channels}, 1, 2),
               gamma = random_tensor(device, {s.channels});
  const double in = static_cast<double>(x.elements()), out = static_cast<double>(pooled.elements());
  list.push_back({"relu", in, 2 * number * in, [=] {
                    device.kernels().activation_forward(device.context(), Activation::relu, x.elements(),
                                                        x.real(), y.real());
                  }});
  list.push_back({"tanh", in, 2 * number * in, [=] {
                    device.kernels().activation_forward(device.context(), Activation::tanh, x.elements(),
                                                        x.real(), y.real());
                  }});
  list.push_back({"max-pool", 3 * out, number * (in + out) + out, [=] {
                    device.kernels().max_pool_forward(device.context(), s, x.real(), pooled.real(),
                                                      winner.byte());
                  }});
  list.push_back({"batch norm, statistics", 3 * in, number * in, [=] {
                    device.kernels().batch_norm_statistics(device.context(), rows, s.channels, x.real(),
                                                           mean.real(), variance.real());
                  }});
  list.push_back({"norm + relu + max-pool", 2 * in + 4 * out, number * (in + out) + out, [=] {
                    device.kernels().batch_norm_activation_pool_forward(
                        device.context(), s, Activation::relu, Real(1e-5), x.real(), mean.real(),
                        variance.real(), gamma.real(), mean.real(), pooled.real(), winner.byte());
                  }});
}

void add_heads(const Device& device, std::vector<Workload>& list) {
  const RecurrentShape r{13, 2 * images, 128};
  const Tensor sequence = random_tensor(device, {r.steps, r.batch, r.hidden}), h(device, sequence.shape());
  const Tensor w = random_tensor(device, {r.hidden, r.hidden}, -0.1, 0.1),
               bias = Tensor::zeros(device, {r.hidden});
  list.push_back({"recurrence",
                  static_cast<double>(sequence.elements()) * (2.0 * static_cast<double>(r.hidden) + 2),
                  number * elements({&sequence, &h, &w}), [=] {
                    device.kernels().elman_forward(device.context(), r, RecurrentOutput::tanh,
                                                   sequence.real(), w.real(), bias.real(), h.real());
                  }});
  constexpr Index identities = 450, size = 896;
  const Tensor rows = random_tensor(device, {identities, size}), unit(device, rows.shape()),
               norm(device, {identities});
  const Tensor distances(device, {identities, identities});
  list.push_back(
      {"L2 norm", 3.0 * static_cast<double>(rows.elements()), number * elements({&rows, &unit}), [=] {
         device.kernels().l2_normalise_forward(device.context(), identities, size, Real(1e-12), rows.real(),
                                               unit.real(), norm.real());
       }});
  list.push_back({"distances", 2.0 * identities * identities * size + 4.0 * identities * size,
                  number * elements({&rows, &rows, &distances}), [=] {
                    device.kernels().pairwise_distance_forward(device.context(), identities, identities, size,
                                                               rows.real(), rows.real(), distances.real());
                  }});
  list.push_back({"softmax", 5.0 * identities * identities, 2 * number * identities * identities, [=] {
                    device.kernels().softmax_forward(device.context(), identities, identities,
                                                     distances.real(), distances.real());
                  }});
}

}  // namespace

std::vector<Workload> roofline_workloads(const Device& device) {
  std::vector<Workload> list = {gemm(device, "gemm 1024", 1024, 1024, 1024),
                                gemm(device, "gemm 256", 256, 256, 256),
                                gemm(device, "gemm 2080 x 128 x 64", 2080, 128, 64)};
  add_convolution(device, 1, {images, 210, 95, 3, 16, 5, 5, 1, 2}, list);
  add_convolution(device, 2, {images, 105, 47, 16, 32, 5, 5, 1, 2}, list);
  add_convolution(device, 3, {images, 52, 23, 32, 64, 5, 5, 1, 2}, list);
  add_passes(device, list);
  add_heads(device, list);
  return list;
}

}  // namespace triptych::bench
