#include "reid/training/epoch_record.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/error.h"

namespace triptych {

void DistanceHistogram::add(std::span<const Real> distances, std::span<const std::int32_t> identities) {
  const std::size_t n = identities.size();
  require(distances.size() == n * n, "{} distances do not make a square for {} images", distances.size(), n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) {
      const double position = static_cast<double>(distances[i * n + j]) / width;
      const auto bin = static_cast<std::size_t>(std::clamp(position, 0.0, static_cast<double>(bins - 1)));
      ++(identities[i] == identities[j] ? same : different)[bin];
    }
}

// Finds the bin in which the share of different pairs below reaches the share of same pairs above, and
// interpolates linearly within it.
EqualError equal_error(const DistanceHistogram& histogram) {
  const double all_same = std::accumulate(histogram.same.begin(), histogram.same.end(), 0.0);
  const double all_different = std::accumulate(histogram.different.begin(), histogram.different.end(), 0.0);
  if (all_same == 0 || all_different == 0) return {};
  double missed = 1, confused = 0;  // shares: same pairs above, different pairs below
  for (std::size_t bin = 0; bin < DistanceHistogram::bins; ++bin) {
    const double fewer = histogram.same[bin] / all_same, more = histogram.different[bin] / all_different;
    if (confused + more >= missed - fewer && more + fewer > 0) {
      const double part = std::clamp((missed - confused) / (more + fewer), 0.0, 1.0);
      return {(static_cast<double>(bin) + part) * DistanceHistogram::width, missed - part * fewer};
    }
    missed -= fewer, confused += more;
  }
  return {4, 0};
}

std::vector<std::pair<std::string, double>> layer_gradient_norms(std::span<const std::string> names,
                                                                 std::span<const Real> parts) {
  std::vector<std::pair<std::string, double>> layers;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = names[i].substr(0, names[i].rfind('.'));
    const double square = parts[i], unit = parts[names.size() + i];
    if (layers.empty() || layers.back().first != name) layers.emplace_back(name, 0);
    layers.back().second += square * unit * unit;
  }
  for (auto& [name, sum] : layers) sum = std::sqrt(sum);
  return layers;
}

}  // namespace triptych
