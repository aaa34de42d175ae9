#include "reid/features/histogram.h"

#include <algorithm>

#include "reid/features/colour.h"

namespace triptych {
namespace {

// Counts `bin` [height, width] in every block: block b's histogram starts at out[b * pitch].
void block_histograms(const std::vector<std::uint16_t>& bin, Index pitch, float* out) {
  for (Index row = 0; row < block_rows; ++row)
    for (Index column = 0; column < block_columns; ++column, out += pitch)
      for (Index y = 0; y < block_height; ++y) {
        const std::uint16_t* pixel =
            bin.data() + (row * block_stride + y) * histogram_width + column * block_stride;
        for (Index x = 0; x < block_width; ++x) ++out[pixel[x]];
      }
}

// The step of each value of a channel whose range is low..high.
std::vector<std::uint16_t> steps(const float* values, float low, float high) {
  std::vector<std::uint16_t> bin(static_cast<std::size_t>(histogram_height * histogram_width));
  for (std::size_t i = 0; i < bin.size(); ++i) {
    const float step = (values[i] - low) / (high - low) * histogram_steps;
    bin[i] = static_cast<std::uint16_t>(std::clamp(step, 0.0f, histogram_steps - 1.0f));
  }
  return bin;
}

}  // namespace

void histogram_lbp(const Planes& rgb, float* out) {
  std::fill(out, out + histogram_size, 0.0f);
  const Planes as_hsv = convert(rgb, hsv), as_ycbcr = convert(rgb, ycbcr);
  constexpr float black = 16.0f / 255, white = 235.0f / 255, full = 240.0f / 255;
  struct Channel {
    const float* values;
    float low, high;
  };
  const Channel channels[histogram_channels] = {{rgb.plane(0), 0, 1},
                                                {rgb.plane(1), 0, 1},
                                                {rgb.plane(2), 0, 1},
                                                {as_hsv.plane(0), 0, 1},
                                                {as_hsv.plane(1), 0, 1},
                                                {as_hsv.plane(2), 0, 1},
                                                {as_ycbcr.plane(0), black, white},
                                                {as_ycbcr.plane(1), black, full}};
  float* colour = out;
  for (const Channel& channel : channels) {
    block_histograms(steps(channel.values, channel.low, channel.high), histogram_channels * histogram_steps,
                     colour);
    colour += histogram_steps;
  }
  const Planes grey = grey_plane(rgb);
  float* texture = out + histogram_colours;
  block_histograms(lbp(grey, 8, 1), lbp_bins(8) + lbp_bins(16), texture);
  block_histograms(lbp(grey, 16, 2), lbp_bins(8) + lbp_bins(16), texture + lbp_bins(8));
}

}  // namespace triptych
