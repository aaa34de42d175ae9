#include <fmt/format.h>

#include <algorithm>

#include "apps/bench/stopwatch.h"
#include "kernels/kernels.h"

namespace triptych::bench {
namespace {

// The three blocks of the default network on a batch of 96 crops of 210 x 95: 5x5 filters, padded to keep the
// size.
constexpr ConvolutionShape shapes[] = {
    {96, 210, 95, 3, 16, 5, 5, 1, 2}, {96, 105, 47, 16, 32, 5, 5, 1, 2}, {96, 52, 23, 32, 64, 5, 5, 1, 2}};

void measure_block(const Settings& settings, const Device& device, int block, const ConvolutionShape& s,
                   int threads) {
  constexpr const char* ways[] = {"forward", "relu_pool_forward", "backward_weights", "backward_input",
                                  "relu_pool_backward"};
  constexpr std::size_t by_input = 3;
  std::vector<std::pair<std::string, std::size_t>> figures;  // name, which of the ways
  for (std::size_t i = 0; i < std::size(ways); ++i) {
    const std::string name = fmt::format("conv{}_{}{}", block, ways[i], threads_suffix(threads));
    if (block == 1 && i == by_input) continue;  // the image needs no gradient
    if (wanted(settings, name)) figures.emplace_back(name, i);
  }
  if (figures.empty()) return;
  const Kernels& k = device.kernels();
  Context& context = device.context();
  device.use_threads(std::max(1, threads));
  const Shape filter = {s.kernel_height, s.kernel_width, s.in_channels, s.out_channels};
  const Shape output = {s.batch, s.out_height(), s.out_width(), s.out_channels};
  const Shape pooled = {s.batch, s.out_height() / 2, s.out_width() / 2, s.out_channels};
  // Not negative: the image, or what a relu left of the block before.
  const Tensor x = random_tensor(device, {s.batch, s.height, s.width, s.in_channels}, 0, 1),
               w = random_tensor(device, filter);
  const Tensor bias = Tensor::zeros(device, {s.out_channels}), y = random_tensor(device, output);
  const Tensor dx = Tensor::zeros(device, x.shape()), dw = Tensor::zeros(device, filter);
  const Tensor dbias = Tensor::zeros(device, {s.out_channels});
  const Tensor small(device, pooled), winner(device, pooled, Type::byte), out(device, output);
  const Tensor dsmall = random_tensor(device, pooled);
  Real* wanted_dx = block == 1 ? nullptr : dx.real();
  const std::function<void()> functions[] = {
      [&] { k.convolution_forward(context, s, x.real(), w.real(), bias.real(), out.real()); },
      [&] {
        k.convolution_activation_pool_forward(context, s, Activation::relu, x.real(), w.real(), bias.real(),
                                              small.real(), winner.byte());
      },
      [&] { k.convolution_backward_weights(context, s, x.real(), y.real(), dw.real(), dbias.real()); },
      [&] { k.convolution_backward_input(context, s, y.real(), w.real(), dx.real()); },
      [&] {
        k.convolution_activation_pool_backward(context, s, Activation::relu, x.real(), w.real(), small.real(),
                                               winner.byte(), dsmall.real(), wanted_dx, dw.real(),
                                               dbias.real());
      }};
  // The winners and the dead units of this image, for the last of them.
  functions[1]();
  for (const auto& [name, way] : figures) {
    const auto run = [&, way = way] {
      functions[way]();
      device.synchronise();
    };
    print_time(name, time_of(run, threads, settings.seconds));
  }
}

}  // namespace

void measure_convolutions(const Settings& settings, const Device& device) {
  for (const int threads : numbers_of_threads(device)) {
    int block = 0;
    for (const ConvolutionShape& shape : shapes) measure_block(settings, device, ++block, shape, threads);
  }
}

}  // namespace triptych::bench
