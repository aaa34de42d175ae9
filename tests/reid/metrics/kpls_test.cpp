#include "reid/metrics/kpls.h"

#include <doctest/doctest.h>

#include "engine/error.h"
#include "engine/random.h"

using namespace triptych;

namespace {
Eigen::MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  Random random(seed);
  Eigen::MatrixXd m(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i)
    for (Eigen::Index j = 0; j < columns; ++j) m(i, j) = random.normal();
  return m;
}
// A linear kernel, columns (and rows) centred.
Eigen::MatrixXd kernel_of(Eigen::MatrixXd x) {
  x.rowwise() -= x.colwise().mean().eval();
  return times_transpose(x, x);
}
}  // namespace

TEST_CASE("mode A: scores of a block are orthonormal, and the first pair has the largest covariance") {
  const Eigen::MatrixXd x = random_matrix(12, 20, 1), y = x + 0.3 * random_matrix(12, 20, 2);
  const Eigen::MatrixXd kx = kernel_of(x), ky = kernel_of(y);
  const ModeA model = kpls_mode_a(kx, ky, 8);
  REQUIRE(model.t.cols() == 8);
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(8, 8);
  CHECK((transpose_times(model.t, model.t) - identity).norm() < 1e-8);
  CHECK((transpose_times(model.u, model.u) - identity).norm() < 1e-8);
  // t <- K_x u, u <- K_y t is the power method on K_x K_y: its fixed point is the eigenvector of the largest
  // value.
  const Eigen::MatrixXd kt = times(times(kx, ky), model.t.col(0));
  CHECK((kt.col(0).normalized() - model.t.col(0)).norm() < 0.01);
}

TEST_CASE("mode A: the training images' scores come back, from any number of factors") {
  const Eigen::MatrixXd kx = kernel_of(random_matrix(9, 20, 3)), ky = kernel_of(random_matrix(9, 20, 4));
  for (const Index factors : {1, 3, 100}) {
    const ModeA model = kpls_mode_a(kx, ky, factors);
    CHECK(model.t.cols() == std::min<Index>(factors, 8));  // nine centred images
    // t came from the u before the last, to which u is as near as the iteration's tolerance asks; u comes
    // from t.
    CHECK((times(kx, score_weights(kx, model.t, model.u)) - model.t).norm() < 3e-3);
    CHECK((times(ky, score_weights(ky, model.u, model.t)) - model.u).norm() < 1e-8);
  }
}

TEST_CASE("mode A: kernels of two sizes, and kernels that are zero, are errors") {
  const Eigen::MatrixXd k = kernel_of(random_matrix(5, 4, 5));
  CHECK_THROWS_WITH_AS(kpls_mode_a(k, kernel_of(random_matrix(4, 4, 6)), 2), doctest::Contains("one size"),
                       Error);
  CHECK_THROWS_WITH_AS(kpls_mode_a(Eigen::MatrixXd::Zero(5, 5), k, 2), doctest::Contains("same features"),
                       Error);
}

TEST_CASE(
    "kernel PLS regression with all factors solves the least-squares problem; with fewer it comes close") {
  const Eigen::MatrixXd x = random_matrix(10, 3, 7), k = kernel_of(x);
  Eigen::MatrixXd y = times(x, random_matrix(3, 2, 8));  // a linear function of x
  y.rowwise() -= y.colwise().mean().eval();
  CHECK((times(k, kpls_regression(k, y, 3)) - y).norm() < 1e-6 * y.norm());
  const double one = (times(k, kpls_regression(k, y, 1)) - y).norm();
  CHECK(one < y.norm());
  CHECK(one > 1e-3 * y.norm());
}

TEST_CASE("columns lose the training means") {
  Eigen::MatrixXd k = (Eigen::MatrixXd(2, 2) << 1, 2, 3, 6).finished();
  centre_columns(k, Eigen::RowVector2d(2, 4));
  CHECK(k == (Eigen::MatrixXd(2, 2) << -1, -2, 1, 2).finished());
}
