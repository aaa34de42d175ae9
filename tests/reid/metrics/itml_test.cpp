#include <doctest/doctest.h>

#include <algorithm>

#include "engine/error.h"
#include "reid/metrics/pairs.h"
#include "tests/reid/metrics/helpers.h"

using namespace triptych;

TEST_CASE("ITML brings same-person distances under those of different people, and A stays positive") {
  const TrainingSample sample =
      sample_of(make_identities({.identities = 30, .size = 6, .signal = 3, .nuisance = 2}));
  const Projection p = learn_itml(sample, {.weight = 10});
  CHECK(p.negative == 0);
  const Eigen::MatrixXd z = times(sample.x, p.weight);
  const auto ratio = [](const Eigen::MatrixXd& x) {  // mean same / mean different squared distance
    double same = 0, different = 0;
    for (Eigen::Index i = 0; i < 30; ++i)
      for (Eigen::Index j = 0; j < 30; ++j)
        (i == j ? same : different) += (x.row(i) - x.row(30 + j)).squaredNorm() / (i == j ? 30 : 870);
    return same / different;
  };
  CHECK(ratio(z) < 0.5 * ratio(sample.x));
}

TEST_CASE("ITML satisfies bounds that can be satisfied") {
  // One same-person direction (y) and one that tells people apart (x): A can meet every bound.
  TrainingSample sample{Eigen::MatrixXd(8, 2), {0, 1, 2, 3, 0, 1, 2, 3}, {0, 0, 0, 0, 1, 1, 1, 1}};
  sample.x << 0, 0, 4, 0, 8, 0, 12, 0, 0, 3, 4, 3, 8, 3, 12, 3;
  // Hardly any slack, many rounds: same-person distances must reach the 5th percentile, 9 or 16 (squared), or
  // less.
  const Projection p = learn_itml(sample, {.weight = 1e6, .steps = 2000});
  const Eigen::MatrixXd z = times(sample.x, p.weight);
  for (Eigen::Index i = 0; i < 4; ++i) {
    CHECK((z.row(i) - z.row(4 + i)).squaredNorm() <= 16 * 1.01);
    for (Eigen::Index j = 0; j < 4; ++j)
      if (std::abs(i - j) == 3) CHECK((z.row(i) - z.row(4 + j)).squaredNorm() >= 64);
  }
}

TEST_CASE("ITML: the seed decides alone, and images that are all the same are an error") {
  const TrainingSample sample = sample_of(make_identities({.identities = 10, .size = 4}));
  CHECK(learn_itml(sample, {.seed = 3}).weight == learn_itml(sample, {.seed = 3}).weight);
  TrainingSample same = sample;
  same.x.setZero();
  CHECK_THROWS_WITH_AS(learn_itml(same, {}), doctest::Contains("all training images are the same"), Error);
}
