#pragma once
#include <span>
#include <utility>
#include <vector>

#include "reid/metrics/learners.h"

namespace triptych {

// Only pairs of images i < j of one identity from different cameras are the pairs S of every
// metric: at test time a person is searched for in another camera. No identity seen by two cameras: Error.
std::vector<std::pair<Index, Index>> same_identity_pairs(const TrainingSample& sample);

// Mean of (x_i - x_j)(x_i - x_j)^T over all pairs from different cameras
struct PairCovariances {
  Eigen::MatrixXd same;       // Sigma_S = Sigma_I: of one person
  Eigen::MatrixXd different;  // Sigma_D = Sigma_E: of two people
  double same_pairs = 0, different_pairs = 0;
};
PairCovariances pair_covariances(const TrainingSample& sample);

// Between and within people: S_w = 1/n sum_i (x_i - m_i)(x_i - m_i)^T with m_i the mean of x_i's person, S_b
// = S_t - S_w.
struct IdentityScatter {
  Eigen::MatrixXd within, between;
  Index identities = 0;
};
IdentityScatter identity_scatter(const TrainingSample& sample);

}  // namespace triptych
