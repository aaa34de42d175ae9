#pragma once
#include <span>
#include <vector>

#include "reid/features/feature.h"

namespace triptych {

// Three steps from raw features to the input of a metric, in their usual order.

// 1. v <- log(1 + v) or sqrt(v) in the blocks that have a damping, then every block to length 1. Nothing is
//    learned, and a feature >= 0 stays so, as chi-squared kernels require.
FeatureMatrix prepare(const Feature& feature, FeatureMatrix rows);

// 2. The mean row of every camera over the training images: what its light, background and angle add to all
//    its images. Of test images only the camera is used.
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
