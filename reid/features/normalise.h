#pragma once
#include <span>
#include <vector>

#include "reid/features/feature.h"

namespace triptych {

// Three small steps from raw rows to what a metric wants; the order below is the usual one.

// 1. v <- log(1 + v) or sqrt(v) in the blocks that ask for it (the tenth stripe of a shirt says less than the
//    first), then every block to length 1. No training, and a feature >= 0 stays so: what chi-squared kernels
//    need.
FeatureMatrix prepare(const Feature& feature, FeatureMatrix rows);

// 2. The mean row of every camera over the training images: what its light, its background and its angle add
//    to everybody. Of test images only the camera is ever looked at.
struct CameraMeans {
  std::vector<std::vector<float>> mean;  // [cameras][size]; empty for a camera without training images
};
// cameras: [rows.count], 0, 1, ...; training: which rows. With all cameras 0: one mean for all images.
CameraMeans fit_camera_means(const FeatureMatrix& rows, std::span<const int> cameras,
                             std::span<const Index> training);

// 3. Each row less its camera's mean, then every block to length 1. A camera without training images: Error.
FeatureMatrix centre(std::span<const Block> blocks, FeatureMatrix rows, std::span<const int> cameras,
                     const CameraMeans& means);

// Every block (of one feature, or of several side by side) of every row divided by its Euclidean length; a
// block of zeros stays.
void scale_blocks(std::span<const Block> blocks, FeatureMatrix& rows);

// Features side by side: [count, sum of sizes]. Different counts, or nothing at all: Error.
FeatureMatrix concatenate(std::span<const FeatureMatrix> parts);

}  // namespace triptych
