#include <algorithm>
#include <cmath>

#include "drawing/image.h"
#include "engine/error.h"

// Resampling along one axis is a matrix with few entries in a row: output i is a weighted mean of the inputs
// near (i + 1/2) * from / to. With stretch = max(1, from / to), input j has the weight
//     k((j + 1/2 - centre) / stretch),   normalised to sum 1,
// so that the kernel spans several inputs when the image shrinks: none is skipped, and fine stripes turn
// grey, not into coarser stripes. Two passes, along x and then along y, because the kernel is a product of
// the two.
namespace triptych {
namespace {

constexpr int weight_bits = 14;  // a weight of 1 is 1 << 14
constexpr int kept_bits = 6;     // fraction bits between the two passes

// Catmull and Rom 1974: cubic, passes through the samples, support -2..2.
double kernel(double x) {
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

struct Taps {
  Index first;               // the first input
  std::vector<int> weights;  // of the inputs from there on; their sum is exactly 1 << weight_bits
};

Taps taps_of(Index output, Index from, Index to) {
  const double ratio = static_cast<double>(from) / static_cast<double>(to), stretch = std::max(1.0, ratio);
  const double centre = (static_cast<double>(output) + 0.5) * ratio;
  const Index first = std::max<Index>(0, static_cast<Index>(std::floor(centre - 2 * stretch)));
  const Index end = std::min<Index>(from, static_cast<Index>(std::ceil(centre + 2 * stretch)) + 1);
  std::vector<double> exact;
  double sum = 0;
  for (Index j = first; j < end; ++j) {
    exact.push_back(kernel((static_cast<double>(j) + 0.5 - centre) / stretch));
    sum += exact.back();
  }
  Taps taps{first, {}};
  int rest = 1 << weight_bits;
  for (const double weight : exact) {
    taps.weights.push_back(static_cast<int>(std::lround(weight / sum * (1 << weight_bits))));
    rest -= taps.weights.back();
  }
  *std::max_element(taps.weights.begin(), taps.weights.end()) +=
      rest;  // an even image stays exactly as it was
  return taps;
}

}  // namespace

Image resize(const Image& image, Index height, Index width) {
  require(image.height > 0 && image.width > 0, "cannot resize an image of {} x {} pixels", image.height,
          image.width);
  require(height > 0 && width > 0, "cannot resize an image to {} x {} pixels", height, width);
  if (height == image.height && width == image.width) return image;

  std::vector<Taps> across;
  for (Index x = 0; x < width; ++x) across.push_back(taps_of(x, image.width, width));
  std::vector<std::int32_t> narrow(
      static_cast<std::size_t>(image.height * width * 3));  // [image.height, width, 3]
  std::int32_t* to = narrow.data();
  for (Index y = 0; y < image.height; ++y)
    for (const Taps& taps : across) {
      std::int32_t sum[3] = {0, 0, 0};
      const std::uint8_t* from = image.at(y, taps.first);
      for (const int weight : taps.weights)
        for (int c = 0; c < 3; ++c) sum[c] += weight * *from++;
      for (int c = 0; c < 3; ++c) *to++ = sum[c] >> (weight_bits - kept_bits);
    }

  Image out(height, width);
  std::vector<std::int32_t> sum(static_cast<std::size_t>(width * 3));
  constexpr int shift = weight_bits + kept_bits;
  for (Index y = 0; y < height; ++y) {
    const Taps taps = taps_of(y, image.height, height);
    std::fill(sum.begin(), sum.end(), 1 << (shift - 1));  // one half: rounding
    const std::int32_t* from = narrow.data() + taps.first * width * 3;
    for (const int weight : taps.weights)
      for (std::int32_t& s : sum) s += weight * *from++;
    std::transform(sum.begin(), sum.end(), out.at(y, 0),
                   [](std::int32_t s) { return static_cast<std::uint8_t>(std::clamp(s >> shift, 0, 255)); });
  }
  return out;
}

}  // namespace triptych
