#include <doctest/doctest.h>

#include "engine/error.h"
#include "reid/metrics/pairs.h"
#include "tests/reid/metrics/helpers.h"

using namespace triptych;

namespace {
// Two people in the plane, at (+-5, 0); same-person differences are (1, 2) and (1, -2).
TrainingSample plane() {
  TrainingSample sample{Eigen::MatrixXd(4, 2), {0, 1, 0, 1}, {0, 0, 1, 1}};
  sample.x << 5, 0, -5, 0, 6, 2, -4, -2;
  return sample;
}
Eigen::MatrixXd m_of(const Projection& p) {
  const Eigen::Index positive = p.weight.cols() - p.negative;
  const Eigen::MatrixXd plus = p.weight.leftCols(positive), minus = p.weight.rightCols(p.negative);
  return times_transpose(plus, plus) - times_transpose(minus, minus);
}
Eigen::MatrixXd diagonal(double a, double b) {
  return Eigen::Vector2d(a, b).asDiagonal();
}
}  // namespace

TEST_CASE("root: M = W W^T with its signs, whatever they are") {
  Eigen::MatrixXd m(3, 3);
  m << 2, 1, 0, 1, -1, 3, 0, 3, 0;
  const Projection p = root(m);
  CHECK(p.negative == 1);
  CHECK((m_of(p) - m).norm() < 1e-12);
}

TEST_CASE("Mahalanobis: M is the inverse of Sigma_S = diag(1, 4)") {
  CHECK((m_of(learn_mahalanobis(plane(), {.regularisation = 0})) - diagonal(1, 0.25)).norm() < 1e-12);
}

TEST_CASE("KISSME: Sigma_S^-1 - Sigma_D^-1 of a case with both known, and clipping") {
  // Differences of different people, a - b: (5,0)-(-4,-2) = (9, 2), (-5,0)-(6,2) = (-11, -2); mean square
  // (101, 4), mean product 20.
  const Eigen::MatrixXd sigma_d = (Eigen::Matrix2d() << 101, 20, 20, 4).finished();
  const double determinant = 101 * 4 - 20 * 20;
  const Eigen::MatrixXd inverse_d = (Eigen::Matrix2d() << 4, -20, -20, 101).finished() / determinant;
  CHECK((pair_covariances(plane()).different - sigma_d).norm() < 1e-12);
  // weight 0.001: positive definite as it is. Weight 1: the direction of sigma_d's small value turns
  // negative, and becomes 1e-6.
  const Eigen::MatrixXd small = diagonal(1, 0.25) - 0.001 * inverse_d;
  CHECK((m_of(learn_kissme(plane(), {.weight = 0.001})) - small).norm() < 1e-10);
  const Eigenpairs clipped = symmetric_eigen(m_of(learn_kissme(plane(), {})));
  CHECK(clipped.values(1) == doctest::Approx(1e-6));
}

TEST_CASE("KISSME and Mahalanobis: more dimensions than pairs is an error that names the way out") {
  const TrainingSample sample = sample_of(make_identities({.identities = 4, .size = 12}));
  CHECK_THROWS_WITH_AS(learn_kissme(sample, {}), doctest::Contains("smaller pca"), Error);
  CHECK_THROWS_WITH_AS(learn_mahalanobis(sample, {.regularisation = 0}), doctest::Contains("smaller pca"),
                       Error);
  CHECK_NOTHROW(learn_kissme(sample, {.regularisation = 0.1}));
}

TEST_CASE("EIML: the axis where impostors differ comes first, the axis where one person differs last") {
  // Along x people differ by 2 and impostors are near; along y one person's two images differ by 3.
  TrainingSample sample{Eigen::MatrixXd(4, 2), {0, 1, 0, 1}, {0, 0, 1, 1}};
  sample.x << -1, -1.5, 1, -1.5, -1, 1.5, 1, -1.4;
  sample.x(2, 1) = 1.5, sample.x(3, 1) = 1.5;
  sample.x(3, 0) = 1, sample.x(1, 1) = 1.4;
  // Person 0 moves by 3 along y; person 1 hardly moves, so for image 0 (x = -1, y = -1.5) its partner is 3
  // away and the impostor (1, 1.5) is sqrt(4 + 9) away: none. For image 2 the impostor (1, 1.4) is 2.002
  // away, nearer than 3.
  const Projection p = learn_eiml(sample, {});
  CHECK(p.weight.cols() == 2);
  const Eigen::Vector2d last = p.weight.col(1);  // the smallest value of Sigma_S - Sigma_I
  CHECK(std::abs(last(0)) > 0.99);
  CHECK(learn_eiml(sample, {.dimensions = 1}).weight.col(0) == p.weight.col(1));
  sample.x.col(1) *=
      0.1;  // nobody is mistaken for anybody: the axis where one person varies least, x, is left
  CHECK(std::abs(learn_eiml(sample, {.dimensions = 1}).weight(0, 0)) > 0.99);
}

TEST_CASE(
    "EIML with a regularisation: directions of unit within-person scatter, whatever the features' scales") {
  TrainingSample sample = sample_of(make_identities({.identities = 40, .size = 6}));
  const Projection p = learn_eiml(sample, {.dimensions = 3, .regularisation = 0});
  CHECK((along(p.weight, pair_covariances(sample).same) - Eigen::MatrixXd::Identity(3, 3)).norm() < 1e-8);
  const Eigen::MatrixXd seen = times(sample.x, p.weight);
  sample.x.col(2) *= 7;  // without regularisation nothing depends on the unit that a feature is measured in
  const Eigen::MatrixXd other =
      times(sample.x, learn_eiml(sample, {.dimensions = 3, .regularisation = 0}).weight);
  CHECK((times_transpose(seen, seen) - times_transpose(other, other)).norm() < 1e-8 * seen.squaredNorm());
}

TEST_CASE(
    "the order of the training images does not matter, and a rotation of the features turns M with it") {
  const TrainingSample sample = sample_of(make_identities({.identities = 40, .size = 5}));
  TrainingSample reversed = sample;
  reversed.x = sample.x.colwise().reverse();
  std::reverse(reversed.identity.begin(), reversed.identity.end());
  std::reverse(reversed.camera.begin(), reversed.camera.end());
  TrainingSample rotated = sample;
  const Eigen::MatrixXd q =
      symmetric_eigen(Eigen::MatrixXd::Random(5, 5).selfadjointView<Eigen::Lower>()).vectors;
  rotated.x = times(sample.x, q);
  using Learn = Projection (*)(const TrainingSample&, const MetricOptions&);
  for (const Learn learn : {Learn(learn_mahalanobis), Learn(learn_kissme), Learn(learn_eiml)}) {
    const Eigen::MatrixXd m = m_of(learn(sample, {.dimensions = 3}));
    CHECK((m_of(learn(reversed, {.dimensions = 3})) - m).norm() < 1e-8 * m.norm());
    CHECK((m_of(learn(rotated, {.dimensions = 3})) - along(q, m)).norm() < 1e-8 * m.norm());
  }
}
