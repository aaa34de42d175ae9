#pragma once
#include "reid/metrics/linear_algebra.h"
#include "reid/metrics/metric.h"

// Kernel partial least squares: directions in which two blocks of variables agree. K is a kernel matrix
// between n training images, columns centred; all methods use images through K only, so their cost does not
// depend on the number of features.
namespace triptych {

// k -= the column means of the training images' kernel, for training and test rows alike.
void centre_columns(Eigen::MatrixXd& k, const Eigen::RowVectorXd& training_means);

// Mode A: two cameras' kernels, row i of both being one person. In turn, from u = the first column of the
// residual K_y,
//   t <- K_x u / |.|,   u <- K_y t / |.|   until |dt|^2 <= 1e-6 (at most 1000 steps)
// is one pair of scores; then each block loses its own: K_x -= t t^T K_x, K_y -= u u^T K_y. The scores of a
// block are orthonormal.
struct ModeA {
  Eigen::MatrixXd t, u;  // [n, factors]
};
ModeA kpls_mode_a(const Eigen::MatrixXd& kx, const Eigen::MatrixXd& ky, Index factors);
// The scores of new images of the block of K and T are their kernel rows times U (T^T K U)^-1 [n, factors]
// (Rosipal and Trejo 2001). Each t is a multiple of (I - sum of earlier t t^T) K u, so T R = K U with R = T^T
// K U upper triangular: the training images get back T, for any number of factors, up to the tolerance above.
// Least squares on loadings, K P (P^T P)^-1 with P = K^T T, does that only when all n - 1 factors are taken,
// and has a rank 1 that is 2 to 4 points lower.
Eigen::MatrixXd score_weights(const Eigen::MatrixXd& k, const Eigen::MatrixXd& t, const Eigen::MatrixXd& u);

// Regression of Y [n, m] on K by NIPALS (Rosipal and Trejo 2001): scores t from the residual K, then
//   K <- (I - t t^T) K (I - t t^T),   Y <- Y - t t^T Y.
// Returns W = U (T^T K U)^-1 T^T Y [n, m]: an image's responses are its kernel row times W.
Eigen::MatrixXd kpls_regression(const Eigen::MatrixXd& k, const Eigen::MatrixXd& y, Index factors);

}  // namespace triptych
