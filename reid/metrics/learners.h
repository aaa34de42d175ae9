#pragma once
#include <cstdint>
#include <vector>

#include "reid/metrics/linear_algebra.h"
#include "reid/metrics/metric.h"

// Every learned metric as a function from training images to a matrix W. It works in the coordinates of their
// span (span.h), which has fewer dimensions than there are images.
namespace triptych {

struct TrainingSample {
  Eigen::MatrixXd x;  // [n, d], columns of mean 0
  std::vector<std::int32_t> identity, camera;
  Eigen::Index count() const { return x.rows(); }
  Eigen::Index size() const { return x.cols(); }
};

// d(x, y) = |W+^T (x - y)|^2 - |W-^T (x - y)|^2 with W = [W+ W-], W- being the last `negative` columns.
struct Projection {
  Eigen::MatrixXd weight;  // [d, size]
  Eigen::Index negative = 0;
};
// M = W+ W+^T - W- W-^T from the eigenvectors of a symmetric M; those with an eigenvalue of less than 1e-12
// of the largest are left out.
Projection root(const Eigen::MatrixXd& m);

// L2 in the span: W = I.
Projection learn_nothing(const TrainingSample& sample, const MetricOptions& options);
// M = Sigma_S^-1: directions that vary within an identity weigh less. Regularisation 0.01.
Projection learn_mahalanobis(const TrainingSample& sample, const MetricOptions& options);
// Fisher's discriminant, max_w (w^T S_b w) / (w^T S_w w), S_w regularised (0.01); `dimensions` directions, at
// most people - 1.
Projection learn_rlda(const TrainingSample& sample, const MetricOptions& options);
// KISSME (Koestinger et al. 2012): M = Sigma_S^-1 - weight Sigma_D^-1 (weight 1), its eigenvalues below 1e-10
// raised to 1e-6. Regularisation 0.
Projection learn_kissme(const TrainingSample& sample, const MetricOptions& options);
// EIML (Hirzer et al. 2012): `dimensions` eigenvectors of Sigma_S - Sigma_I with the smallest eigenvalues,
// where Sigma_I is over impostors: images of other identities by the other camera that are nearer than the
// right one; 0 without impostors.
//   min tr(L (Sigma_S - Sigma_I) L^T)   subject to   L L^T = I,
// or, with a regularisation r >= 0, subject to L (Sigma_S + r (trace / d) I) L^T = I, impostors being
// searched for in the space where that matrix is I.
Projection learn_eiml(const TrainingSample& sample, const MetricOptions& options);
// LMNN (Weinberger and Saul 2009) with one target neighbour, by gradient descent on the engine's tape:
//   (1 - mu) sum d(i, target) + mu sum max(0, 1 + d(i, target) - d(i, l)),
//   d(x, y) = |L (x - y)|^2,   mu = weight (0.5)
Projection learn_lmnn(const Device& device, const TrainingSample& sample, const MetricOptions& options);
// ITML (Davis et al. 2007): Bregman projections of A = I onto the constraints d(same) <= u = the 5th and
// d(different) >= l = the 95th percentile of squared distances; slack by gamma = weight (1).
Projection learn_itml(const TrainingSample& sample, const MetricOptions& options);
// XQDA (Liao et al. 2015): the directions w with (w^T Sigma_E w) / (w^T Sigma_I w) > 1, and there
//   M = W ((W^T Sigma_I W)^-1 - (W^T Sigma_E W)^-1) W^T.
//   Sigma_I += 0.001 I. `dimensions` limits the number of directions.
// `by_svd`: W = left singular vectors of Sigma_I^-1 Sigma_E, as the authors' release has it, in place of the
// generalised eigenvectors that the derivation asks for.
Projection learn_xqda(const TrainingSample& sample, const MetricOptions& options, bool by_svd);
// The null space of the within-person scatter (Zhang et al. 2016): every training identity collapses to one
// point.
Projection learn_null_space(const TrainingSample& sample, const MetricOptions& options);

}  // namespace triptych
