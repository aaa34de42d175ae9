#pragma once
#include <optional>

#include "reid/evaluation/open_set.h"
#include "reid/report/page/section.h"
#include "reid/report/page/tested.h"

namespace triptych {

// Histograms of the distances between queries and gallery: of genuine pairs, one person by two cameras, and
// of impostor pairs, two people; with the threshold that was chosen on training people (thresholds.json),
// or, where there is none, the one at which both errors are equal here.
Section distances_section(const Tested& tested, const std::optional<OpenThresholds>& chosen);

}  // namespace triptych
