#include "reid/metrics/linear_algebra.h"

#include <doctest/doctest.h>

#include "engine/error.h"

using namespace triptych;

TEST_CASE("products, and a covariance along directions") {
  Eigen::MatrixXd a(2, 3), b(3, 2);
  a << 1, 2, 3, 4, 5, 6;
  b << 1, 0, 0, 1, 1, 1;
  CHECK(times(a, b) == (Eigen::MatrixXd(2, 2) << 4, 5, 10, 11).finished());
  CHECK(transpose_times(a, a)(0, 2) == 27);
  CHECK(times_transpose(a, a)(0, 1) == 32);
  CHECK(along(b, Eigen::MatrixXd::Identity(3, 3)) == (Eigen::MatrixXd(2, 2) << 2, 1, 1, 2).finished());
}

TEST_CASE("eigenvectors of [2 1; 1 2]: values 3 and 1, the largest entry of each vector positive") {
  const Eigenpairs pairs = symmetric_eigen((Eigen::MatrixXd(2, 2) << 2, 1, 1, 2).finished());
  CHECK(pairs.values(0) == doctest::Approx(3));
  CHECK(pairs.values(1) == doctest::Approx(1));
  CHECK(pairs.vectors(0, 0) == doctest::Approx(std::sqrt(0.5)));
  CHECK(pairs.vectors.col(1).maxCoeff() == doctest::Approx(std::sqrt(0.5)));
}

TEST_CASE("the generalised problem: a v = lambda b v and V^T b V = I") {
  const Eigen::MatrixXd a = (Eigen::MatrixXd(2, 2) << 4, 1, 1, 3).finished();
  const Eigen::MatrixXd b = (Eigen::MatrixXd(2, 2) << 2, 0.5, 0.5, 1).finished();
  const Eigenpairs pairs = generalised_eigen(a, b, "test");
  CHECK(pairs.values(0) > pairs.values(1));
  CHECK((times(a, pairs.vectors) - times(b, pairs.vectors) * pairs.values.asDiagonal()).norm() < 1e-12);
  CHECK((along(pairs.vectors, b) - Eigen::MatrixXd::Identity(2, 2)).norm() < 1e-12);
  CHECK_THROWS_WITH_AS(generalised_eigen(a, Eigen::MatrixXd::Ones(2, 2), "xqda"),
                       doctest::Contains("xqda: the matrix of 2 dimensions is singular"), Error);
}

TEST_CASE("inverse, solve and regularisation") {
  const Eigen::MatrixXd s = (Eigen::MatrixXd(2, 2) << 2, 1, 1, 2).finished();
  CHECK((times(inverse(s, "test"), s) - Eigen::MatrixXd::Identity(2, 2)).norm() < 1e-12);
  const Eigen::MatrixXd a = (Eigen::MatrixXd(2, 2) << 0, 2, 1, 1).finished();
  CHECK((times(a, solve(a, s)) - s).norm() < 1e-12);
  CHECK(regularised(s, 0.5) == (Eigen::MatrixXd(2, 2) << 3, 1, 1, 3).finished());
  CHECK_THROWS_AS(inverse(Eigen::MatrixXd::Zero(2, 2), "test"), Error);
}
