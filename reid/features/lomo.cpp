#include "reid/features/lomo.h"

#include <algorithm>
#include <cmath>

#include "reid/features/colour.h"
#include "reid/features/siltp.h"

namespace triptych {
namespace {

constexpr Index window = 10, step = 5, scales = 3, levels = 8;

// 0..1 in eight steps, 0..7. The original's library rounds h = 1 down as well.
float level(float v) {
  return std::min(std::floor(v * levels), static_cast<float>(levels - 1));
}

Planes quantised_hsv(const Planes& rgb) {
  Planes bins = convert(rgb, hsv);
  for (float& v : bins.values) v = level(v);
  return bins;
}

std::vector<std::uint16_t> joint_codes(const Planes& bins) {
  std::vector<std::uint16_t> codes(static_cast<std::size_t>(bins.pixels()));
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const Index at = static_cast<Index>(i);
    codes[i] = static_cast<std::uint16_t>((bins.plane(2)[at] * levels + bins.plane(1)[at]) * levels +
                                          bins.plane(0)[at]);
  }
  return codes;
}

float* colour_counts(Planes colours, bool halve_bins, float* counts) {
  Planes bins = quantised_hsv(colours);
  for (Index scale = 0; scale < scales; ++scale) {
    const Index rows = maximal_occurrence(joint_codes(bins), bins.height, bins.width, lomo_colours, counts);
    counts += rows * lomo_colours;
    if (halve_bins) {
      bins = halve(bins);
      for (float& v : bins.values) v = std::floor(v);
    } else {
      colours = halve(colours);
      bins = quantised_hsv(colours);
    }
  }
  return counts;
}

float* texture_counts(Planes grey, Index radius, float* counts) {
  for (Index scale = 0; scale < scales; ++scale, grey = halve(grey))
    counts += siltp_codes *
              maximal_occurrence(siltp(grey, radius, 0.3f), grey.height, grey.width, siltp_codes, counts);
  return counts;
}

}  // namespace

Index maximal_occurrence(std::span<const std::uint16_t> codes, Index height, Index width, Index kinds,
                         float* maximum) {
  std::vector<std::uint8_t> count(static_cast<std::size_t>(kinds)), most(count.size());
  Index rows = 0;
  for (Index top = 0; top + window <= height; top += step, ++rows, maximum += kinds) {
    std::fill(most.begin(), most.end(), 0);
    for (Index left = 0; left + window <= width; left += step) {
      const std::uint16_t* corner = codes.data() + top * width + left;
      // A count only grows while a window is read, so its last value is also its largest.
      for (Index y = 0; y < window; ++y)
        for (Index x = 0; x < window; ++x) {
          const std::size_t code = corner[y * width + x];
          most[code] = std::max(most[code], ++count[code]);
        }
      for (Index y = 0; y < window; ++y)
        for (Index x = 0; x < window; ++x) count[corner[y * width + x]] = 0;
    }
    std::copy(most.begin(), most.end(), maximum);
  }
  return rows;
}

void lomo(const Planes& colours, const Planes& grey, const LomoOptions& options, float* counts) {
  counts = colour_counts(colours, options.halve_bins, counts);
  counts = texture_counts(grey, 3, counts);
  texture_counts(grey, 5, counts);
}

}  // namespace triptych
