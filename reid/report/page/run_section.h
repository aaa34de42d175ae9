#pragma once
#include <string>

#include "kernels/real.h"
#include "reid/report/page/section.h"

namespace triptych {

// What the results do not say about the data.
struct DataSummary {
  std::string name, layout;
  Index images = 0, identities = 0, cameras = 0;
  Index train = 0, validation = 0, test = 0;  // people
};

// What was run: the provenance and the scores of a results.json or table1.json (empty: the run is not
// complete), its options, the data.
Section run_section(const std::string& results, const DataSummary& data);

}  // namespace triptych
