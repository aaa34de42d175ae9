#include "reid/metrics/pairs.h"

#include <algorithm>
#include <map>

#include "engine/error.h"

namespace triptych {
namespace {

// Numbers 0, 1, ... for the groups that images with equal keys form, in the order of the keys.
template <class Key>
std::vector<Index> number_groups(const std::vector<Key>& keys) {
  std::map<Key, Index> numbers;
  for (const Key& key : keys) numbers.emplace(key, 0);
  Index next = 0;
  for (auto& [key, number] : numbers) number = next++;
  std::vector<Index> group;
  for (const Key& key : keys) group.push_back(numbers.at(key));
  return group;
}

struct Scatter {
  Eigen::MatrixXd sum;
  double pairs = 0;
};

// The sum over all pairs i < j within a group of (x_i - x_j)(x_i - x_j)^T, without visiting the pairs: it is
//   sum over groups g of  n_g X_g^T X_g - s_g s_g^T,   s_g = the sum of the group's rows.
Scatter scatter_within(const Eigen::MatrixXd& x, const std::vector<Index>& group) {
  const Index groups = *std::max_element(group.begin(), group.end()) + 1;
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(groups, x.cols());
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(groups);
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const Index g = group[static_cast<std::size_t>(i)];
    sums.row(g) += x.row(i), counts(g) += 1;
  }
  Eigen::MatrixXd weighted = x;
  for (Eigen::Index i = 0; i < x.rows(); ++i) weighted.row(i) *= counts(group[static_cast<std::size_t>(i)]);
  return {transpose_times(x, weighted) - transpose_times(sums, sums),
          (counts.array() * (counts.array() - 1) / 2).sum()};
}

}  // namespace

std::vector<std::pair<Index, Index>> same_identity_pairs(const TrainingSample& sample) {
  std::map<std::int32_t, std::vector<Index>> images;
  for (std::size_t i = 0; i < sample.identity.size(); ++i)
    images[sample.identity[i]].push_back(static_cast<Index>(i));
  std::vector<std::pair<Index, Index>> pairs;
  for (const auto& [identity, of] : images)
    for (std::size_t i = 0; i < of.size(); ++i)
      for (std::size_t j = i + 1; j < of.size(); ++j)
        if (sample.camera[static_cast<std::size_t>(of[i])] != sample.camera[static_cast<std::size_t>(of[j])])
          pairs.emplace_back(of[i], of[j]);
  require(!pairs.empty(),
          "no training person was seen by two cameras: there is nothing to learn a distance from");
  return pairs;
}

PairCovariances pair_covariances(const TrainingSample& sample) {
  std::vector<std::pair<std::int32_t, std::int32_t>> view;  // person and camera
  for (std::size_t i = 0; i < sample.identity.size(); ++i)
    view.emplace_back(sample.identity[i], sample.camera[i]);
  const Scatter all = scatter_within(sample.x, std::vector<Index>(sample.identity.size(), 0));
  const Scatter camera = scatter_within(sample.x, number_groups(sample.camera));
  const Scatter identity = scatter_within(sample.x, number_groups(sample.identity));
  const Scatter person_camera = scatter_within(sample.x, number_groups(view));
  // From different cameras = all - those from one camera; of two identities = that - those of one identity.
  const double same = identity.pairs - person_camera.pairs, different = all.pairs - camera.pairs - same;
  require(same > 0, "no training person was seen by two cameras: there is nothing to learn a distance from");
  require(different > 0, "a metric is learned from two people at least, seen by different cameras");
  const Eigen::MatrixXd of_same = identity.sum - person_camera.sum;
  return {of_same / same, (all.sum - camera.sum - of_same) / different, same, different};
}

IdentityScatter identity_scatter(const TrainingSample& sample) {
  const std::vector<Index> group = number_groups(sample.identity);
  const Index identities = *std::max_element(group.begin(), group.end()) + 1;
  require(identities >= 2, "a metric is learned from two people at least: there is one");
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(identities, sample.size());
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(identities);
  for (Eigen::Index i = 0; i < sample.count(); ++i) {
    const Index g = group[static_cast<std::size_t>(i)];
    means.row(g) += sample.x.row(i), counts(g) += 1;
  }
  means.array().colwise() /= counts.array();
  Eigen::MatrixXd rest = sample.x, between(sample.count(), sample.size());
  for (Eigen::Index i = 0; i < sample.count(); ++i) {
    between.row(i) = means.row(group[static_cast<std::size_t>(i)]);
    rest.row(i) -= between.row(i);
  }
  const double n = static_cast<double>(sample.count());
  between.rowwise() -= sample.x.colwise().mean();
  return {transpose_times(rest, rest) / n, transpose_times(between, between) / n, identities};
}

}  // namespace triptych
