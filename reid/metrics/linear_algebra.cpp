#include "reid/metrics/linear_algebra.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "engine/error.h"

namespace triptych {
namespace {

// Eigenvectors are determined up to their sign; this fixes it, so that runs on different machines agree.
void fix_signs(Eigen::MatrixXd& vectors) {
  for (Eigen::Index k = 0; k < vectors.cols(); ++k) {
    Eigen::Index largest;
    vectors.col(k).cwiseAbs().maxCoeff(&largest);
    if (vectors(largest, k) < 0) vectors.col(k) *= -1;
  }
}

Eigen::LLT<Eigen::MatrixXd> cholesky(const Eigen::MatrixXd& s, const char* what) {
  Eigen::LLT<Eigen::MatrixXd> factor(s);
  require(
      factor.info() == Eigen::Success && factor.rcond() > 1e-13,
      "{}: the matrix of {} dimensions is singular: there are too few training pairs for so many; ask for a "
      "smaller pca or a larger regularisation",
      what, s.rows());
  return factor;
}

}  // namespace

Eigen::MatrixXd times(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return a * b;
}

// Written out of place: a transposed copy costs n^2 beside the product's n^3, and a second set of Eigen's
// product kernels would cost every build.
Eigen::MatrixXd transpose_times(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return times(a.transpose(), b);
}
Eigen::MatrixXd times_transpose(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return times(a, b.transpose());
}
Eigen::MatrixXd along(const Eigen::MatrixXd& w, const Eigen::MatrixXd& s) {
  return transpose_times(w, times(s, w));
}

Eigenpairs symmetric_eigen(const Eigen::MatrixXd& a) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(a);
  require(solver.info() == Eigen::Success, "an eigenvalue problem of {} dimensions did not converge",
          a.rows());
  Eigenpairs pairs{solver.eigenvalues().reverse(), solver.eigenvectors().rowwise().reverse()};
  fix_signs(pairs.vectors);
  return pairs;
}

// With b = L L^T: (L^-1 a L^-T) y = lambda y and v = L^-T y.
Eigenpairs generalised_eigen(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, const char* what) {
  const auto factor = cholesky(b, what);
  const Eigen::MatrixXd half = factor.matrixL().solve(a);
  const Eigen::MatrixXd whitened = factor.matrixL().solve(half.transpose());
  Eigenpairs pairs = symmetric_eigen((whitened + whitened.transpose()) / 2);
  pairs.vectors = factor.matrixU().solve(pairs.vectors).eval();
  fix_signs(pairs.vectors);
  return pairs;
}

Eigen::MatrixXd inverse(const Eigen::MatrixXd& s, const char* what) {
  return cholesky(s, what).solve(Eigen::MatrixXd::Identity(s.rows(), s.cols()));
}

Eigen::MatrixXd solve(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return a.partialPivLu().solve(b);
}

Eigen::MatrixXd regularised(const Eigen::MatrixXd& s, double share) {
  Eigen::MatrixXd result = s;
  result.diagonal().array() += share * s.trace() / static_cast<double>(s.rows());
  return result;
}

}  // namespace triptych
