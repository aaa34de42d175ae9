// 5.3, solved. threshold_map in reid/em/em.cpp takes several cameras, each with an R of its own.
#include <algorithm>

#include "exercises/exercises.h"

namespace triptych {

static double percentile(std::span<const double> values, double p) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double place = p / 100 * static_cast<double>(sorted.size() - 1);
  const std::size_t below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<std::uint8_t> discriminative(std::span<const double> map, Index images, Index patches,
                                         double image_percentile, double camera_percentile) {
  const double r = percentile(map, camera_percentile);
  std::vector<std::uint8_t> v;
  for (Index i = 0; i < images; ++i) {
    const std::span<const double> image = map.subspan(i * patches, patches);
    const double threshold = std::min(percentile(image, image_percentile), r);
    for (const double s : image) v.push_back(s >= threshold);
  }
  return v;
}

}  // namespace triptych
