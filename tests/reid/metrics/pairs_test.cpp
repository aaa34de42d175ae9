#include "reid/metrics/pairs.h"

#include <doctest/doctest.h>

#include "engine/error.h"
#include "tests/reid/metrics/helpers.h"

using namespace triptych;

TEST_CASE("pair covariances are the means over all pairs from different cameras, visited one by one") {
  // Person 2 has two images in one camera, person 3 is seen once.
  TrainingSample sample{Eigen::MatrixXd(7, 2), {0, 1, 2, 2, 0, 2, 3}, {0, 0, 0, 0, 1, 1, 1}};
  sample.x << 1, 2, -3, 0, 4, 4, 5, 3, 0, 1, 2, -2, 7, 1;
  Eigen::MatrixXd same = Eigen::MatrixXd::Zero(2, 2), different = same;
  double same_pairs = 0, different_pairs = 0;
  for (int i = 0; i < 7; ++i)
    for (int j = i + 1; j < 7; ++j) {
      const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
      if (sample.camera[a] == sample.camera[b]) continue;
      const Eigen::RowVectorXd v = sample.x.row(i) - sample.x.row(j);
      const bool one = sample.identity[a] == sample.identity[b];
      for (int r = 0; r < 2; ++r) (one ? same : different).row(r) += v(r) * v;
      (one ? same_pairs : different_pairs) += 1;
    }
  const PairCovariances sigma = pair_covariances(sample);
  CHECK(sigma.same_pairs == same_pairs);
  CHECK(sigma.different_pairs == different_pairs);
  CHECK((sigma.same - same / same_pairs).norm() < 1e-12);
  CHECK((sigma.different - different / different_pairs).norm() < 1e-12);
  CHECK(same_identity_pairs(sample) == std::vector<std::pair<Index, Index>>{{0, 4}, {2, 5}, {3, 5}});
}

TEST_CASE("scatter within and between people adds up to all of it") {
  const TrainingSample sample = sample_of(make_identities({.identities = 5, .size = 3}));
  const IdentityScatter scatter = identity_scatter(sample);
  CHECK(scatter.identities == 5);
  const Eigen::MatrixXd total = transpose_times(sample.x, sample.x) / 10;
  CHECK((scatter.within + scatter.between - total).norm() < 1e-10);
  CHECK(scatter.within.trace() > 0);
}

TEST_CASE("nobody seen by two cameras, or one person alone: a clear sentence") {
  TrainingSample sample{Eigen::MatrixXd::Random(3, 2), {0, 1, 2}, {0, 1, 0}};
  CHECK_THROWS_WITH_AS(pair_covariances(sample), doctest::Contains("seen by two cameras"), Error);
  CHECK_THROWS_WITH_AS(same_identity_pairs(sample), doctest::Contains("seen by two cameras"), Error);
  sample.identity = {4, 4, 4};
  CHECK_THROWS_WITH_AS(pair_covariances(sample), doctest::Contains("two people"), Error);
  CHECK_THROWS_WITH_AS(identity_scatter(sample), doctest::Contains("two people"), Error);
}
