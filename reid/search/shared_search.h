#pragma once
#include "reid/search/nearest.h"

namespace triptych {

// nearest_rows() by all ranks that the device is one of (engine/ranks.h), to which they give the same rows
// and queries: each searches its share of the rows, and the lists of all are merged by (distance, row). That
// is the order of nearest_rows(), whose distances are the same wherever they are computed, so the result is
// the same to the bit for any number of ranks. Every rank has it. Alone: nearest_rows() itself.
std::vector<std::vector<NearRow>> nearest_rows_by_ranks(const Device& device, const RowSource& rows,
                                                        std::span<const float> queries, Index top);

}  // namespace triptych
