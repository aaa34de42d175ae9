#pragma once
#include <map>

#include "engine/device.h"
#include "reid/metrics/learners.h"
#include "reid/metrics/views.h"

namespace triptych {

// 225 identities with two images each are 450 points. A linear metric on 26,960 features is determined in the
// at most 449 dimensions that these points span, and is learned there without approximation. With X the
// centred training images [n, size]:
//   G = X X^T = U diag(lambda) U^T          n x n, whatever the size
//   coordinates of the training images  U diag(lambda)^1/2       all distances and inner products are kept
//   basis of the span                    X^T U diag(lambda)^-1/2  orthonormal: the principal directions (PCA)
// Leaving out the smallest lambda is PCA. A W learned in coordinates applies to a new image x as ((x - mean)
// X^T A), A = U diag(lambda)^-1/2 W [n, k]; X^T A [size, k] is multiplied out once. A kernel k(x, y) takes
// the place of x . y in G and in x X^T, and then X^T A stays unmultiplied (kernel PCA, Schoelkopf et al.
// 1998). With more images than features the same basis comes from X^T X [size, size]. `camera_means`: each
// image loses the mean of its own camera, phi(x) - m_c. Where phi is a kernel's space the mean itself cannot
// be computed, but its inner products can: k(x, x_i) - mean of k(x_j, x_i) over the training images j of
// camera c.
class TrainingSpan {
 public:
  // Directions with lambda below 1e-6 of the largest are rounding errors, and left out. All images the same:
  // Error.
  TrainingSpan(const Device& device, const FeatureView& training, const MetricOptions& options);

  const Eigen::MatrixXd& training() const { return coordinates_; }  // [n, d]
  // Everything after this goes through W: weight [d, k].
  void apply_projection(const Projection& projection);
  Representation represent(const FeatureView& images) const;  // [count, k]

 private:
  void decompose(const Eigen::MatrixXd& gram);
  // Which mean is subtracted from an image: number 0 for all, or that of its camera.
  std::vector<std::int32_t> groups(const FeatureView& images) const;

  Device device_;
  MetricOptions options_;
  Index size_;  // features an image
  // Of each group of training images. Linear: [size]; kernel: [n], the mean of k(., x_i) over the group.
  std::map<std::int32_t, std::vector<Real>> means_;
  std::vector<Real> centred_;  // linear: X [n, size], until the projection is known
  FeatureRows training_;       // kernel: the training images, for k(x, x_i)
  double omega_ = 0;           // kernel: the mean chi2
  bool dual_ = true;  // basis_ is U diag(lambda)^-1/2 [n, d], else the directions themselves [size, d]
  Eigen::MatrixXd basis_, coordinates_;
  std::vector<Real> map_;  // [size or n, k]
  Index outputs_ = 0, negative_ = 0;
};

}  // namespace triptych
