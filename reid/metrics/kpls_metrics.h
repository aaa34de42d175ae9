#pragma once
#include "reid/metrics/metric.h"

namespace triptych {

// kpls, kpls-mode-a or x-kpls; null for another name. They compare two cameras: training needs two, and one
// image of every person from each (the first counts); a test image is projected by the model of its own
// camera.
std::unique_ptr<Metric> make_kpls(const std::string& name, const Device& device,
                                  const MetricOptions& options);

// Every row to length 1, so that distances are those of the cosine: |x - y|^2 = 2 - 2 cos. A row of zeros
// stays.
void normalise_rows(Representation& representation);

}  // namespace triptych
