#pragma once
#include <span>
#include <vector>

#include "datasets/image_source.h"

namespace triptych {

// What turns a byte into a network's input: (byte / 255 - mean[c]) / deviation[c], for each channel c.
struct Normalisation {
  Real mean[3] = {0, 0, 0}, deviation[3] = {1, 1, 1};
};

// The means and standard deviations of the channels over the given images, which must be training images:
// the statistics of test images are not known to a model. The result does not depend on `threads`.
Normalisation measure_normalisation(const ImageSource& images, std::span<const Index> samples,
                                    int threads = 1);

// Cameras differ in light and white balance, and learning to ignore that takes more people than small sets
// have. So every image is normalised with the mean colours of its own camera.
struct CameraNormalisation {
  Normalisation overall;               // for an image of a camera that was never measured
  std::vector<Normalisation> cameras;  // empty: one for all

  const Normalisation& of(int camera) const;  // -1: unknown
};

// ... over the given images, camera by camera when `by_camera`; a camera that took none of them gets the
// overall one.
CameraNormalisation measure_by_camera(const ImageSource& images, std::span<const Index> samples,
                                      bool by_camera, int threads = 1);

}  // namespace triptych
