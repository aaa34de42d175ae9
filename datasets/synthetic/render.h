#pragma once
#include "datasets/synthetic/scene.h"

namespace triptych::synthetic {

// The samples of a frame buffer are kOversample x kOversample to a pixel.
inline constexpr int kOversample = 2;

// The light that reaches each pixel, [height, width]: the street behind, shadows on it, and the scene before
// it. `view` counts in samples, not pixels; `clutter` 0 puts an even grey in the place of the street.
std::vector<Colour> render(const Scene& scene, const Camera& camera, const View& view, int height, int width,
                           float clutter);

}  // namespace triptych::synthetic
