// The metrics that are a formula of covariances: Mahalanobis, KISSME, EIML.
#include <algorithm>
#include <cmath>
#include <map>

#include "engine/error.h"
#include "reid/metrics/pairs.h"

namespace triptych {

Projection root(const Eigen::MatrixXd& m) {
  const Eigenpairs pairs = symmetric_eigen(m);
  const double least = 1e-12 * pairs.values.cwiseAbs().maxCoeff();
  const auto positive = (pairs.values.array() > least).count();
  const auto negative = (pairs.values.array() < -least).count();
  Projection result;
  result.weight.resize(m.rows(), positive + negative);
  result.weight << pairs.vectors.leftCols(positive), pairs.vectors.rightCols(negative);
  Eigen::VectorXd kept(positive + negative);
  kept << pairs.values.head(positive), pairs.values.tail(negative);
  result.weight *= kept.cwiseAbs().cwiseSqrt().asDiagonal();
  result.negative = negative;
  return result;
}

Projection learn_nothing(const TrainingSample& sample, const MetricOptions&) {
  return {Eigen::MatrixXd::Identity(sample.size(), sample.size()), 0};
}

Projection learn_mahalanobis(const TrainingSample& sample, const MetricOptions& options) {
  const double share = options.regularisation < 0 ? 0.01 : options.regularisation;
  return root(inverse(regularised(pair_covariances(sample).same, share), "mahalanobis"));
}

Projection learn_kissme(const TrainingSample& sample, const MetricOptions& options) {
  const double share = std::max(options.regularisation, 0.0);
  const double lambda = options.weight < 0 ? 1 : options.weight;
  const PairCovariances sigma = pair_covariances(sample);
  const Eigen::MatrixXd m = inverse(regularised(sigma.same, share), "kissme") -
                            lambda * inverse(regularised(sigma.different, share), "kissme");
  const Eigenpairs pairs = symmetric_eigen(m);
  const Eigen::VectorXd clipped = (pairs.values.array() < 1e-10).select(1e-6, pairs.values);
  return {pairs.vectors * clipped.cwiseSqrt().asDiagonal(), 0};
}

namespace {

// w(i, l) = exp(-|x_i - x_l| / |x_i - x_j|) for every pair (i, j) of one person and each impostor l, which is
// at least as near to i as j is; summed over j.
// Returns c with sum over impostors of w^2 (x_i - x_l)(x_i - x_l)^T
//   = X^T (diag(row and column sums of c) - c - c^T) X.
struct Impostors {
  Eigen::MatrixXd squared_weight;  // [n, n]
  double count = 0;
};

Impostors find_impostors(const TrainingSample& sample) {
  const Eigen::VectorXd norm = sample.x.rowwise().squaredNorm();
  const Eigen::MatrixXd product = times_transpose(sample.x, sample.x);
  const auto distance = [&](Index i, Index j) {
    return std::sqrt(std::max(0.0, norm(i) + norm(j) - 2 * product(i, j)));
  };
  Impostors found{Eigen::MatrixXd::Zero(sample.count(), sample.count()), 0};
  const auto search = [&](Index i, Index j) {
    const double right = distance(i, j);
    for (Index l = 0; l < sample.count(); ++l) {
      const auto at = static_cast<std::size_t>(l), of = static_cast<std::size_t>(i);
      if (sample.identity[at] == sample.identity[of] || sample.camera[at] == sample.camera[of]) continue;
      const double wrong = distance(i, l);
      if (wrong > right || right == 0) continue;
      found.squared_weight(i, l) += std::exp(-2 * wrong / right);
      ++found.count;
    }
  };
  for (const auto& [i, j] : same_identity_pairs(sample)) search(i, j), search(j, i);
  return found;
}

}  // namespace

namespace {

// L L^T = I, in the coordinates of the sample.
Eigen::MatrixXd impostor_directions(const TrainingSample& sample, Index size) {
  const Impostors impostors = find_impostors(sample);
  const Eigen::MatrixXd& c = impostors.squared_weight;
  Eigen::MatrixXd laplacian = -c - c.transpose();
  laplacian.diagonal() += c.rowwise().sum() + c.colwise().sum().transpose();
  const Eigen::MatrixXd sigma_i = along(sample.x, laplacian) / std::max(1.0, impostors.count);
  return symmetric_eigen(pair_covariances(sample).same - sigma_i).vectors.rightCols(size);
}

}  // namespace

Projection learn_eiml(const TrainingSample& sample, const MetricOptions& options) {
  const Index size =
      options.dimensions > 0 ? std::min<Index>(options.dimensions, sample.size()) : sample.size();
  if (options.regularisation < 0) return {impostor_directions(sample, size), 0};
  const Eigen::MatrixXd same = regularised(pair_covariances(sample).same, options.regularisation);
  const Eigen::MatrixXd white = root(inverse(same, "eiml")).weight;  // white^T same white = I
  const TrainingSample whitened{times(sample.x, white), sample.identity, sample.camera};
  return {times(white, impostor_directions(whitened, size)), 0};
}

}  // namespace triptych
