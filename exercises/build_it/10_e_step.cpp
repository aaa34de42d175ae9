// Step 10. The E step
//
// Which patches tell whom an image shows? similarity_map (reid/em/em.h, the engine's) gives s_ij = P(y_i |
// x_ij) for every patch j of every image i, in bag order. Then:
//
// - smooth every map over its grid: device.kernels().smooth_grid(context, images, rows, columns, sigma,
//   from, to), on tensors of the device;
// - two thresholds: H_i, a percentile inside image i, and R, a percentile over all patches of all images
//   of the same camera (percentile in em.h; the two shares are in EmOptions). A patch is kept when its s
//   reaches the one that lets more through.
//
// Return the grid, the smoothed map, and v: 1 where the patch is kept.
//
// Hint: a percentile is a double, a map holds floats. A map whose numbers are all equal must keep every
// patch. To which of its two neighbours among the floats must the threshold be rounded?
#include "engine/error.h"
#include "kernels/kernels.h"
#include "reid/em/em.h"

namespace triptych {

PatchLabels e_step(const Device& device, const PatchBag& bag, const Who& who, double temperature,
                   const EmOptions& options, const OnProgress& progress) {
  fail("step 10 is not written yet: exercises/build_it/10_e_step.cpp");
}

}  // namespace triptych
