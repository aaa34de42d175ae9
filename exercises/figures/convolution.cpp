#include <algorithm>
#include <cmath>

#include "datasets/synthetic/synthetic.h"
#include "drawing/canvas.h"
#include "engine/ops.h"
#include "exercises/figures/figures.h"

namespace triptych {
namespace {

constexpr Index height = 192, width = 96;

// One channel [1, h, w, channels] of a map as an image, its largest absolute value white.
Image shown(const Tensor& map, Index channel) {
  const Index h = map.shape()[1], w = map.shape()[2], channels = map.shape()[3];
  const std::vector<Real> values = map.values();
  Real largest = 1e-6f;
  for (Index i = channel; i < h * w * channels; i += channels)
    largest = std::max(largest, std::abs(values[i]));
  Image image(h, w);
  for (Index i = 0; i < h * w; ++i) {
    const Real value = std::sqrt(std::abs(values[i * channels + channel]) / largest);
    std::fill_n(image.pixels.data() + 3 * i, 3, static_cast<std::uint8_t>(255 * value));
  }
  return image;
}

}  // namespace

void draw_convolution(const std::string& file) {
  Device device = Device::open("reference");
  SyntheticOptions street;
  street.height = height, street.width = width, street.noise = 0, street.clutter = 0, street.occlusion = 0;
  const Image identity = render_person(street, 1, 4, 1);
  std::vector<Real> x;
  for (const std::uint8_t byte : identity.pixels) x.push_back(byte / Real(255));

  // Two filters [3, 3, 3, 2], the same for all three colours: brightness that changes from left to right, and
  // from top to bottom (Sobel).
  const Real smooth[] = {1, 2, 1}, change[] = {-1, 0, 1};
  std::vector<Real> w;
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c)
      for (int colour = 0; colour < 3; ++colour)
        w.insert(w.end(), {smooth[r] * change[c] / 3, change[r] * smooth[c] / 3});
  const Variable map =
      convolution2d(Tensor::from(device, {1, height, width, 3}, std::span<const Real>(x)),
                    Tensor::from(device, {3, 3, 3, 2}, std::span<const Real>(w)), {}, {1, 1});
  const Variable pooled = max_pool2d(relu(map), {4, 4, 4, 4});

  Canvas canvas(height + 28, 4 * width + 60, {255, 255, 255});
  const Colour ink{40, 40, 48};
  const auto column = [&](Index i, const Image& image, const char* words) {
    canvas.text(12 + i * (width + 12), 8, words, ink);
    canvas.paste(image, 12 + i * (width + 12), 22);
  };
  column(0, identity, "x");
  column(1, shown(map.value, 0), "left - right");
  column(2, shown(map.value, 1), "top - bottom");
  column(3, resize(shown(pooled.value, 1), height, width), "4 x 4 max-pool");
  save_figure(file, canvas.image);
}

}  // namespace triptych
