#include "reid/metrics/views.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/error.h"

namespace triptych {

FeatureRows gather(const FeatureView& all, std::span<const std::int32_t> identity,
                   std::span<const Index> which) {
  FeatureRows result;
  result.size = all.size;
  result.rows.reserve(which.size() * static_cast<std::size_t>(all.size));
  result.table = all.table;
  for (const Index i : which) {
    require(i >= 0 && i < all.count(), "image {} of {} was asked for", i, all.count());
    const auto at = static_cast<std::size_t>(i);
    const std::span<const Real> row = all.row(i);
    result.rows.insert(result.rows.end(), row.begin(), row.end());
    result.camera.push_back(all.camera[at]);
    if (!identity.empty()) result.identity.push_back(identity[at]);
    if (all.table) result.image.push_back(all.image.empty() ? i : all.image[at]);
  }
  return result;
}

void require_valid(const FeatureView& features, const char* what) {
  require(features.count() > 0 && features.size > 0, "there are no {} features", what);
  require(static_cast<Index>(features.rows.size()) == features.count() * features.size,
          "{} {} numbers do not fit {} images of {} numbers", features.rows.size(), what, features.count(),
          features.size);
  const auto bad = std::ranges::find_if(features.rows, [](Real x) { return !std::isfinite(x); });
  const Index position = bad - features.rows.begin();
  require(bad == features.rows.end(), "{} image {} has a feature (number {}) that is NaN or infinite", what,
          position / features.size, position % features.size);
}

void require_valid(const TrainingView& training) {
  require_valid(training.features, "training");
  require(training.identity.size() == training.features.camera.size(),
          "{} people are named for {} training images", training.identity.size(), training.features.count());
  const std::set<std::int32_t> identities(training.identity.begin(), training.identity.end());
  require(identities.size() >= 2, "a metric is learned from two people at least: there is one");
}

}  // namespace triptych
