#include <doctest/doctest.h>

#include "engine/error.h"
#include "reid/metrics/pairs.h"
#include "tests/reid/metrics/helpers.h"

using namespace triptych;

namespace {
double squared(const Projection& p, const TrainingSample& sample, Eigen::Index i, Eigen::Index j) {
  const Eigen::MatrixXd z = times(sample.x.row(i) - sample.x.row(j), p.weight);
  const Eigen::Index positive = p.weight.cols() - p.negative;
  return z.leftCols(positive).squaredNorm() - z.rightCols(p.negative).squaredNorm();
}
// Dimensions 0 and 1 tell people apart, 2 to 5 are noise.
TrainingSample told_apart() {
  return sample_of(make_identities({.identities = 200, .size = 6, .signal = 2, .noise = 0.3, .nuisance = 2}));
}
double signal_share(const Eigen::VectorXd& w) {
  return w.head(2).squaredNorm() / w.squaredNorm();
}
}  // namespace

TEST_CASE("RLDA finds the directions that tell people apart, scaled to S_w") {
  const TrainingSample sample = told_apart();
  const Projection p = learn_rlda(sample, {.dimensions = 2, .regularisation = 0});
  REQUIRE(p.weight.cols() == 2);
  for (int k = 0; k < 2; ++k) CHECK(signal_share(p.weight.col(k)) > 0.99);
  const Eigen::MatrixXd within = along(p.weight, identity_scatter(sample).within);
  CHECK((within - Eigen::MatrixXd::Identity(2, 2)).norm() < 1e-10);
}

TEST_CASE("XQDA keeps the directions in which people differ by more than one person does") {
  const TrainingSample sample = told_apart();
  // In a signal direction Sigma_E / Sigma_I = (2 + 2 * 0.09) / (2 * 0.09) = 12; in a nuisance direction it is
  // 1 up to chance.
  const Projection p = learn_xqda(sample, {.dimensions = 2}, false);
  REQUIRE(p.weight.cols() == 2);
  CHECK(p.negative == 0);
  for (int k = 0; k < 2; ++k) CHECK(signal_share(p.weight.col(k)) > 0.99);
  // With generalised eigenvectors W^T Sigma_I W = I and W^T Sigma_E W = diag(lambda), so M = W diag(1 - 1 /
  // lambda) W^T.
  PairCovariances sigma = pair_covariances(sample);
  sigma.same.diagonal().array() += 0.001;
  const Eigenpairs pairs = generalised_eigen(sigma.different, sigma.same, "test");
  Eigen::MatrixXd m = Eigen::MatrixXd::Zero(6, 6);
  for (int k = 0; k < 2; ++k)
    m += (1 - 1 / pairs.values(k)) * times_transpose(pairs.vectors.col(k), pairs.vectors.col(k));
  CHECK((times_transpose(p.weight, p.weight) - m).norm() < 1e-8 * m.norm());
}

TEST_CASE("XQDA by SVD spans the same signal, with vectors of length 1 in between") {
  const TrainingSample sample = told_apart();
  const Projection p = learn_xqda(sample, {.dimensions = 2}, true);
  REQUIRE(p.weight.cols() == 2);
  const Eigen::MatrixXd exact = learn_xqda(sample, {.dimensions = 2}, false).weight;
  for (Eigen::Index i = 0; i < 5; ++i) CHECK(squared(p, sample, i, i + 200) < squared(p, sample, i, i + 201));
  CHECK((times_transpose(p.weight, p.weight) - times_transpose(exact, exact)).norm() <
        0.1 * exact.squaredNorm());
}

TEST_CASE("null space: every training person becomes one point, and different people stay apart") {
  const TrainingSample sample =
      sample_of(make_identities({.identities = 6, .size = 20}));  // 12 images in 20 dimensions
  const Projection p = learn_null_space(sample, {});
  CHECK(p.weight.cols() == 5);  // people - 1
  for (Eigen::Index i = 0; i < 6; ++i) {
    CHECK(squared(p, sample, i, i + 6) < 1e-16);
    CHECK(squared(p, sample, i, (i + 1) % 6) > 0.1);
  }
  CHECK((transpose_times(p.weight, p.weight) - Eigen::MatrixXd::Identity(5, 5)).norm() < 1e-10);
}

TEST_CASE("null space: too few dimensions for a null space is an error that says what to do") {
  const TrainingSample sample = sample_of(make_identities({.identities = 40, .size = 5}));
  CHECK_THROWS_WITH_AS(learn_null_space(sample, {}), doctest::Contains("use rlda"), Error);
}
