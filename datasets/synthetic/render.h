#pragma once
#include "datasets/synthetic/scene.h"

namespace triptych::synthetic {

// A pixel has kOversample x kOversample samples of the frame buffer.
inline constexpr int kOversample = 2;

// The light that reaches each pixel, [height, width]: the street, its shadows, and the scene in front of it.
// `view` is in samples, not pixels; `clutter` 0 replaces the street by an even grey.
std::vector<Colour> render(const Scene& scene, const Camera& camera, const View& view, int height, int width,
                           float clutter);

}  // namespace triptych::synthetic
