#include "reid/metrics/kpls.h"

#include <algorithm>

#include "engine/error.h"
#include "engine/stop.h"

namespace triptych {
namespace {

constexpr double tolerance = 1e-6;
constexpr int most_steps = 1000;

// A residual of less than this share of the kernel's size is rounding: no factor is left in it.
constexpr double exhausted = 1e-9;

}  // namespace

void centre_columns(Eigen::MatrixXd& k, const Eigen::RowVectorXd& training_means) {
  k.rowwise() -= training_means;
}

ModeA kpls_mode_a(const Eigen::MatrixXd& kx, const Eigen::MatrixXd& ky, Index factors) {
  const Eigen::Index n = kx.rows();
  require(kx.rows() == ky.rows() && kx.cols() == n && ky.cols() == n,
          "kpls-mode-a pairs two kernels of one size, not {} x {} and {} x {}", kx.rows(), kx.cols(),
          ky.rows(), ky.cols());
  factors = std::min<Index>(factors, n - 1);  // centring takes one dimension away
  ModeA model{Eigen::MatrixXd(n, factors), Eigen::MatrixXd(n, factors)};
  Eigen::MatrixXd x = kx, y = ky;
  Index found = 0;
  for (; found < factors; ++found) {
    stop_point();
    if (x.norm() <= exhausted * kx.norm() || y.norm() <= exhausted * ky.norm()) break;
    Eigen::Index start;
    y.colwise().squaredNorm().maxCoeff(&start);
    if (y.col(0).norm() > exhausted * y.norm()) start = 0;
    Eigen::VectorXd u = y.col(start).normalized(), t = Eigen::VectorXd::Zero(n);
    for (int step = 0; step < most_steps; ++step) {
      const Eigen::VectorXd before = t;
      t = times(x, u).col(0).normalized();
      u = times(y, t).col(0).normalized();
      if ((t - before).squaredNorm() <= tolerance) break;
    }
    model.t.col(found) = t, model.u.col(found) = u;
    x -= times_transpose(t, transpose_times(x, t));
    y -= times_transpose(u, transpose_times(y, u));
  }
  require(found > 0, "kpls-mode-a: the images of a camera all have the same features");
  model.t.conservativeResize(n, found), model.u.conservativeResize(n, found);
  return model;
}

Eigen::MatrixXd score_weights(const Eigen::MatrixXd& k, const Eigen::MatrixXd& t, const Eigen::MatrixXd& u) {
  const Eigen::MatrixXd r = transpose_times(t, times(k, u));
  return solve(r.transpose(), u.transpose()).transpose();
}

Eigen::MatrixXd kpls_regression(const Eigen::MatrixXd& k, const Eigen::MatrixXd& y, Index factors) {
  const Eigen::Index n = k.rows();
  factors = std::min<Index>(factors, n - 1);
  Eigen::MatrixXd residual = k, response = y, t_all(n, factors), u_all(n, factors);
  Index found = 0;
  for (; found < factors; ++found) {
    stop_point();
    if (residual.norm() <= exhausted * k.norm() || response.norm() <= exhausted * y.norm()) break;
    Eigen::Index start;
    response.colwise().squaredNorm().maxCoeff(&start);
    Eigen::VectorXd u = response.col(start).normalized(), t = Eigen::VectorXd::Zero(n);
    for (int step = 0; step < most_steps; ++step) {
      const Eigen::VectorXd before = t;
      t = times(residual, u).col(0).normalized();
      u = times(response, transpose_times(response, t)).col(0).normalized();
      if ((t - before).squaredNorm() <= tolerance) break;
    }
    t_all.col(found) = t, u_all.col(found) = u;
    residual -= times_transpose(t, transpose_times(residual, t));
    residual -= times_transpose(times(residual, t), t);
    response -= times_transpose(t, transpose_times(response, t));
  }
  require(found > 0, "kpls: all images have the same features");
  t_all.conservativeResize(n, found), u_all.conservativeResize(n, found);
  return times(u_all, solve(transpose_times(t_all, times(k, u_all)), transpose_times(t_all, y)));
}

}  // namespace triptych
