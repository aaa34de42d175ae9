#pragma once
#include <Eigen/Core>

namespace triptych {

// Eigen's products and decompositions take half a minute to compile, so only this file calls them: the other
// sources include Core, use elementwise operations, and compile quickly.

Eigen::MatrixXd times(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);            // a b
Eigen::MatrixXd transpose_times(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);  // a^T b
Eigen::MatrixXd times_transpose(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);  // a b^T
// w^T s w: the covariance s projected onto the columns of w.
Eigen::MatrixXd along(const Eigen::MatrixXd& w, const Eigen::MatrixXd& s);

struct Eigenpairs {
  Eigen::VectorXd values;   // [n], descending
  Eigen::MatrixXd vectors;  // [n, n], columns; the entry of the largest magnitude in each is positive
};

// a v = lambda v, a symmetric: vectors^T vectors = I.
Eigenpairs symmetric_eigen(const Eigen::MatrixXd& a);
// a v = lambda b v, a symmetric, b symmetric and positive definite: vectors^T b vectors = I. b that is not:
// Error with `what`.
Eigenpairs generalised_eigen(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, const char* what);
// s^-1 of a symmetric positive definite matrix. One that is not, or nearly not (condition above 1e13): Error
// with `what`.
Eigen::MatrixXd inverse(const Eigen::MatrixXd& s, const char* what);
// x with a x = b, a square and regular (LU with partial pivoting).
Eigen::MatrixXd solve(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

// s + share * (trace(s) / n) I: pulls a covariance towards a ball of the same mean variance.
Eigen::MatrixXd regularised(const Eigen::MatrixXd& s, double share);

}  // namespace triptych
