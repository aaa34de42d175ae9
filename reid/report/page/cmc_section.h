#pragma once
#include <string>

#include "reid/report/page/section.h"

namespace triptych {

// The CMC curves and the table of a run's results.json: the network, the untrained network and raw pixels,
// each in both directions of the search, at every rank and, over several splits, with their deviation; and
// what the paper printed, where the run is on PRID-450S as in the paper (225 identities in the gallery).
Section cmc_section_of_run(const std::string& results, const std::string& layout);
// ... of a table1.json: one curve a row, with what was published about it. Read leniently: a row needs a
// method and a cmc.
Section cmc_section_of_table(const std::string& table);

}  // namespace triptych
