#include "reid/features/gaussian.h"

#include <Eigen/Eigenvalues>
#include <cmath>

#include "engine/error.h"
#include "reid/features/jacobi.h"

namespace triptych {
namespace {

// P without its factor f = det(S)^(-1 / (d + 1)) has the determinant det(S) (subtract mu times the last row
// from the others), so f^(d + 1) prod lambda_k = 1: the logarithms of P's eigenvalues are those of the bare
// matrix, less their mean. No determinant has to be computed.
template <class Logs>
void remove_mean(Logs& logs, int n) {
  auto mean = logs[0];
  for (int k = 1; k < n; ++k) mean += logs[k];
  mean /= n;
  for (int k = 0; k < n; ++k) logs[k] -= mean;
}

template <int n>
void embed_lanes(const Lanes* mean, const Lanes* covariance, float (*half_vectors)[lanes]) {
  Lanes p[n][n], vectors[n][n], logs[n];
  for (int i = 0, at = 0; i < n - 1; ++i) {
    for (int j = i; j < n - 1; ++j) p[i][j] = covariance[at++] + mean[i] * mean[j];
    p[i][n - 1] = mean[i];
  }
  p[n - 1][n - 1] = Lanes{} + 1;
  diagonalise<n>(p, vectors);
  for (int k = 0; k < n; ++k)
    for (int l = 0; l < lanes; ++l) logs[k][l] = std::log(std::max(p[k][k][l], 1e-12));
  remove_mean(logs, n);

  int at = 0;
  for (int i = 0; i < n; ++i)
    for (int j = i; j < n; ++j, ++at) {
      Lanes sum = vectors[i][0] * logs[0] * vectors[j][0];
      for (int k = 1; k < n; ++k) sum += vectors[i][k] * logs[k] * vectors[j][k];
      if (i != j) sum *= std::sqrt(2.0);
      for (int l = 0; l < lanes; ++l) half_vectors[at][l] = static_cast<float>(sum[l]);
    }
}

template <int d>
void embed_all(Index count, const double* means, const double* covariances, float* half_vectors) {
  constexpr int parts = d * (d + 1) / 2, size = (d + 1) * (d + 2) / 2;
  Lanes mean[d], covariance[parts];
  float half[size][lanes];
  for (Index first = 0; first < count; first += lanes) {
    const int used = static_cast<int>(std::min<Index>(lanes, count - first));
    // Lanes beyond the last Gaussian repeat it.
    for (int l = 0; l < lanes; ++l) {
      const Index at = first + std::min(l, used - 1);
      for (int i = 0; i < d; ++i) mean[i][l] = means[i * count + at];
      for (int i = 0; i < parts; ++i) covariance[i][l] = covariances[i * count + at];
    }
    embed_lanes<d + 1>(mean, covariance, half);
    for (int l = 0; l < used; ++l)
      for (int i = 0; i < size; ++i) half_vectors[(first + l) * size + i] = half[i][l];
  }
}

}  // namespace

void embed_gaussian(std::span<const double> mean, std::span<const double> covariance,
                    std::span<float> half_vector) {
  const int d = static_cast<int>(mean.size()), n = d + 1;
  const Eigen::Map<const Eigen::VectorXd> mu(mean.data(), d);
  Eigen::MatrixXd p(n, n);
  p.topLeftCorner(d, d) = Eigen::Map<const Eigen::MatrixXd>(covariance.data(), d, d) + mu * mu.transpose();
  p.col(d).head(d) = mu;
  p.row(d).head(d) = mu.transpose();
  p(d, d) = 1;

  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(p);
  require(solver.eigenvalues().minCoeff() > 0,
          "a covariance of {} dimensions is not positive definite: regularise it", d);
  Eigen::VectorXd logs = solver.eigenvalues().array().log();
  remove_mean(logs, n);
  const Eigen::MatrixXd log = solver.eigenvectors() * logs.asDiagonal() * solver.eigenvectors().transpose();
  std::size_t at = 0;
  for (int i = 0; i < n; ++i)
    for (int j = i; j < n; ++j)
      half_vector[at++] = static_cast<float>(i == j ? log(i, j) : std::sqrt(2.0) * log(i, j));
}

void embed_gaussians(Index d, Index count, const double* means, const double* covariances,
                     float* half_vectors) {
  require(d == 7 || d == 8, "Gaussians of {} dimensions have no fast path: there are 7 and 8", d);
  if (d == 7) embed_all<7>(count, means, covariances, half_vectors);
  if (d == 8) embed_all<8>(count, means, covariances, half_vectors);
}

}  // namespace triptych
