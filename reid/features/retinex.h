#pragma once
#include <vector>

#include "reid/features/planes.h"

namespace triptych {

// Retinex (Land; Jobson, Rahman and Woodell 1997): the brightness of a surface relative to its surroundings.
// With I_c one channel and F_sigma a Gaussian blur,
//
//     R_c = mean over sigma of  log I_c - log (F_sigma * I_c)          multi-scale Retinex
//
// A lamp of another strength or colour multiplies I_c and the blur alike, and cancels.
struct RetinexOptions {
  std::vector<float> sigmas = {5, 20};  // pixels, of 128 x 48
  // k. From R to 0..1: (R - m + k s) / (2 k s), clipped, with mean m and standard deviation s over all pixels
  // and channels.
  float deviations = 3;
};

// rgb: [3, height, width], 0..1; the same of the result.
Planes retinex(const Planes& rgb, const RetinexOptions& options);

// A Gaussian blur of every plane, cut off at three sigma; at the border the weights inside are scaled to sum
// 1.
Planes blur(const Planes& planes, float sigma);

// Every channel times (mean of all channels) / (its own mean): the mean becomes grey (Buchsbaum 1980). Black
// stays black.
Planes grey_world(const Planes& rgb);

}  // namespace triptych
