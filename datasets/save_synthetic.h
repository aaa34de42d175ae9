#pragma once
#include <cstdint>
#include <filesystem>

#include "datasets/dataset.h"

namespace triptych {

// Draws the synthetic people of a data set into a folder in the layout of PRID-450S: cam_a/img_0001.png,
// cam_b/..., and partition_10trials.json with ten splits drawn from the seed; sequences in that of iLIDS-VID:
// sequences/cam1/person001/cam1_person001_00001.png. A folder that holds images already: Error.
void save_synthetic(const Dataset& dataset, std::uint64_t seed, int threads,
                    const std::filesystem::path& folder);

}  // namespace triptych
