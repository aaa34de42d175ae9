#pragma once
#include <span>
#include <vector>

#include "datasets/image_source.h"
#include "reid/network/model.h"

namespace triptych {

// What testing takes out of an embedding e (of length 1) before it is compared, as far as the options
// test-centre and test-whiten ask for it:
//
//   f = W (e - m) / |W (e - m)|
//
//   m   the mean embedding of the camera's training images, a direction that they share and that does not
//       depend on the identity; without it the angles between people of two cameras are larger.
//   W   whitens each strip (reid/network/whitening.h). Training leaves embeddings with a few directions in
//       which identities differ much, and many in which they differ little but as reliably; a plain distance
//       is dominated by the leading directions.

// With unit-strips e and f consist of strips of equal length, to which each strip of W (e - m) is scaled by
// itself.

// Measures m and W on the given (training) images and leaves them in the model, whose file keeps them.
void calibrate(Model& model, const ImageSource& images, std::span<const Index> samples,
               const OnProgress& progress = {});

// m for the i-th image. Its camera is unknown, or that camera took no training image: the mean of all m.
// Empty without test-centre.
std::vector<double> centre_for(const Model& model, const ImageSource& images, Index i);

// Rows e [samples, embedding] become rows f, in place.
void apply_calibration(const Model& model, const ImageSource& images, std::span<const Index> samples,
                       std::vector<Real>& rows);

}  // namespace triptych
