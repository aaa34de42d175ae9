// The metrics that are directions of a generalised eigenproblem: RLDA, XQDA, null space.
#include <algorithm>

#include "engine/error.h"
#include "reid/metrics/pairs.h"

namespace triptych {

Projection learn_rlda(const TrainingSample& sample, const MetricOptions& options) {
  const double share = options.regularisation < 0 ? 0.01 : options.regularisation;
  const IdentityScatter scatter = identity_scatter(sample);
  const Eigenpairs pairs = generalised_eigen(scatter.between, regularised(scatter.within, share), "rlda");
  const Index most = std::min<Index>(sample.size(), scatter.identities - 1);
  return {pairs.vectors.leftCols(options.dimensions > 0 ? std::min(options.dimensions, most) : most), 0};
}

namespace {

// The directions of `pairs` in which identities differ more than one identity varies, at least one.
Eigen::MatrixXd above_one(const Eigenpairs& pairs, Index limit) {
  Index size = std::max<Index>(1, (pairs.values.array() > 1).count());
  if (limit > 0) size = std::min(size, limit);
  return pairs.vectors.leftCols(size);
}

// a v = s v of a not symmetric: the left singular vectors of a are the eigenvectors of a a^T, with values
// s^2.
Eigenpairs left_singular(const Eigen::MatrixXd& a) {
  Eigenpairs pairs = symmetric_eigen(times_transpose(a, a));
  pairs.values = pairs.values.cwiseMax(0).cwiseSqrt().eval();
  return pairs;
}

}  // namespace

Projection learn_xqda(const TrainingSample& sample, const MetricOptions& options, bool by_svd) {
  PairCovariances sigma = pair_covariances(sample);
  sigma.same.diagonal().array() += options.regularisation < 0 ? 0.001 : options.regularisation;
  const Eigen::MatrixXd w =
      above_one(by_svd ? left_singular(times(inverse(sigma.same, "xqda"), sigma.different))
                       : generalised_eigen(sigma.different, sigma.same, "xqda"),
                options.dimensions);
  const Eigen::MatrixXd m =
      inverse(along(w, sigma.same), "xqda") - inverse(along(w, sigma.different), "xqda");
  const Projection inner = root(m);
  return {times(w, inner.weight), inner.negative};
}

Projection learn_null_space(const TrainingSample& sample, const MetricOptions& options) {
  const IdentityScatter scatter = identity_scatter(sample);
  const Eigenpairs within = symmetric_eigen(scatter.within);
  const double total = (scatter.within + scatter.between).trace() / static_cast<double>(sample.size());
  const auto null = (within.values.array() < 1e-6 * total).count();
  require(null > 0,
          "null_space: {} training images of {} people leave no direction free in {} dimensions; it needs "
          "more features than images - people (more pca, or none), or use rlda",
          sample.count(), scatter.identities, sample.size());
  const Eigen::MatrixXd basis = within.vectors.rightCols(null);
  const Eigenpairs between = symmetric_eigen(along(basis, scatter.between));
  const Index most = std::min<Index>(null, scatter.identities - 1);
  return {
      basis * between.vectors.leftCols(options.dimensions > 0 ? std::min(options.dimensions, most) : most),
      0};
}

}  // namespace triptych
