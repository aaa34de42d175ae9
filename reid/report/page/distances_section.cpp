#include "reid/report/page/distances_section.h"

#include <algorithm>

#include "engine/json.h"
#include "reid/report/json.h"
#include "reid/training/epoch_record.h"

namespace triptych {

Section distances_section(const Tested& tested, const std::optional<OpenThresholds>& chosen) {
  DistanceHistogram histogram;
  const std::vector<Real> distances = distance_matrix(tested.model.network->device(), tested.query.embedding,
                                                      tested.gallery.embedding, tested.query.size);
  const std::size_t galleries = tested.protocol.gallery.size();
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const Sample &query = tested.sample(tested.protocol.query[i / galleries]),
                 &image = tested.sample(tested.protocol.gallery[i % galleries]);
    const bool same = query.identity != distractor && query.identity == image.identity;
    if (same && query.camera == image.camera) continue;
    const double at = std::clamp(static_cast<double>(distances[i]) / DistanceHistogram::width, 0.0,
                                 static_cast<double>(DistanceHistogram::bins - 1));
    ++(same ? histogram.same : histogram.different)[static_cast<std::size_t>(at)];
  }
  const EqualError equal = equal_error(histogram);
  report::Json json = {{"width", DistanceHistogram::width},
                       {"same", histogram.same},
                       {"different", histogram.different},
                       {"threshold", equal.threshold},
                       {"error", 100 * equal.error}};
  if (chosen) {
    json["threshold"] = chosen->at.front().threshold;
    json["chosen"] = {{"people", chosen->people},
                      {"searches", chosen->searches},
                      {"gallery", chosen->gallery},
                      {"far", 100 * chosen->at.front().far}};
  }
  return {"distances", json_dump(json)};
}

}  // namespace triptych
