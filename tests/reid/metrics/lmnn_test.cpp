#include <doctest/doctest.h>

#include <algorithm>

#include "engine/error.h"
#include "tests/reid/metrics/helpers.h"

using namespace triptych;

namespace {
// The share of images of camera 0 whose nearest image of camera 1 is of the same person.
double rank1(const Eigen::MatrixXd& z, Eigen::Index identities) {
  double right = 0;
  for (Eigen::Index i = 0; i < identities; ++i) {
    Eigen::Index best;
    (z.bottomRows(identities).rowwise() - z.row(i)).rowwise().squaredNorm().minCoeff(&best);
    right += best == i;
  }
  return right / static_cast<double>(identities);
}
// (1 - mu) mean pull + mu mean hinge for mu = 0.5, in the scale in which the mean pull of L = I is 1.
double loss(const Eigen::MatrixXd& x, const Eigen::MatrixXd& l, Eigen::Index identities) {
  const double scale =
      (x.topRows(identities) - x.bottomRows(identities)).squaredNorm() / static_cast<double>(identities);
  const Eigen::MatrixXd z = times(x, l) / std::sqrt(scale);
  double total = 0;
  for (Eigen::Index i = 0; i < 2 * identities; ++i) {
    const double pull = (z.row(i) - z.row((i + identities) % (2 * identities))).squaredNorm();
    total += 0.5 * pull;
    for (Eigen::Index k = 0; k < 2 * identities; ++k)
      if (k % identities != i % identities)
        total += 0.5 * std::max(0.0, 1 + pull - (z.row(i) - z.row(k)).squaredNorm());
  }
  return total / static_cast<double>(2 * identities);
}
}  // namespace

TEST_CASE("LMNN lowers its loss and finds people that L2 confuses") {
  const TrainingSample sample = sample_of(make_identities({.identities = 20, .size = 8, .signal = 4}));
  const Projection p = learn_lmnn(test_device(), sample, {.steps = 150});
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(8, 8);
  CHECK(loss(sample.x, p.weight, 20) < 0.5 * loss(sample.x, identity, 20));
  CHECK(rank1(sample.x, 20) < 0.5);
  CHECK(rank1(times(sample.x, p.weight), 20) > 0.9);
  CHECK(learn_lmnn(test_device(), sample, {.steps = 20}).weight ==
        learn_lmnn(test_device(), sample, {.steps = 20}).weight);
  CHECK(learn_lmnn(test_device(), sample, {.dimensions = 3, .steps = 5}).weight.cols() == 3);
}

TEST_CASE("LMNN: a person whose images are all the same leaves nothing to learn") {
  TrainingSample sample = sample_of(make_identities({.identities = 5, .size = 3}));
  sample.x.bottomRows(5) = sample.x.topRows(5).eval();
  CHECK_THROWS_WITH_AS(learn_lmnn(test_device(), sample, {}), doctest::Contains("nothing to learn"), Error);
}
