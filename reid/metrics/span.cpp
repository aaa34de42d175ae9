#include "reid/metrics/span.h"

#include <cmath>
#include <numeric>

#include "engine/device.h"
#include "engine/error.h"
#include "reid/metrics/chi2.h"
#include "reid/metrics/products.h"

namespace triptych {
namespace {

using RowMajor = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::MatrixXd widened(const std::vector<Real>& values, Index rows, Index columns) {
  return Eigen::Map<const RowMajor>(values.data(), rows, columns).cast<double>();
}

std::vector<Real> narrowed(const Eigen::MatrixXd& m) {
  std::vector<Real> values(static_cast<std::size_t>(m.size()));
  Eigen::Map<RowMajor>(values.data(), m.rows(), m.cols()) = m.cast<Real>();
  return values;
}

std::vector<Real> column_means(std::span<const Real> rows, Index size) {
  std::vector<double> sum(static_cast<std::size_t>(size), 0.0);
  const std::size_t count = rows.size() / sum.size();
  for (std::size_t i = 0; i < rows.size(); ++i) sum[i % sum.size()] += rows[i];
  std::vector<Real> mean;
  for (const double s : sum) mean.push_back(static_cast<Real>(s / static_cast<double>(count)));
  return mean;
}

std::vector<Real> centred_rows(std::span<const Real> rows, const std::vector<Real>& mean) {
  std::vector<Real> centred(rows.begin(), rows.end());
  for (std::size_t start = 0; start < centred.size(); start += mean.size())
    for (std::size_t k = 0; k < mean.size(); ++k) centred[start + k] -= mean[k];
  return centred;
}

constexpr Index largest_problem = 6000;  // its eigenvectors take some minutes

}  // namespace

TrainingSpan::TrainingSpan(Device& device, const FeatureView& training, const MetricOptions& options)
    : device_(device), options_(options), size_(training.size) {
  const Index n = training.count();
  const bool linear = options.kernel == MetricKernel::linear;
  dual_ = !linear || n <= size_;
  const Index problem = dual_ ? n : size_;
  require(
      problem <= largest_problem,
      "{} training pictures of {} features: the eigenvectors of {} dimensions would take hours; project the "
      "features to fewer than {} first, or train on fewer pictures",
      n, size_, problem, largest_problem);
  if (linear) {
    mean_ = column_means(training.rows, size_);
    centred_ = centred_rows(training.rows, mean_);
    const std::vector<Real> gram =
        dual_ ? multiply(device, Transpose::no, Transpose::yes, n, n, size_, centred_, centred_)
              : multiply(device, Transpose::yes, Transpose::no, size_, size_, n, centred_, centred_);
    decompose(widened(gram, problem, problem));
    return;
  }
  std::vector<Index> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  training_ = gather(training, {}, all);
  Eigen::MatrixXd kernel = widened(chi2_distances(training, training, device.context().threads), n, n);
  omega_ = kernel.mean();
  require(omega_ > 0, "all training pictures have the same features: there is nothing to learn from");
  kernel = (kernel.array() / (-2 * omega_)).exp();
  const Eigen::RowVectorXd mean = kernel.colwise().mean();
  mean_ = narrowed(mean);
  // Centring in the space of the kernel, where means cannot be computed but inner products with them can.
  kernel.rowwise() -= mean;
  kernel.colwise() -= kernel.rowwise().mean().eval();
  decompose(kernel);
}

void TrainingSpan::decompose(const Eigen::MatrixXd& gram) {
  const Eigenpairs pairs = symmetric_eigen((gram + gram.transpose()) / 2);
  require(pairs.values(0) > 1e-12,
          "all training pictures have the same features: there is nothing to learn from");
  Index kept = (pairs.values.array() > 1e-6 * pairs.values(0)).count();
  if (options_.pca > 0) kept = std::min(kept, options_.pca);
  const Eigen::VectorXd length = pairs.values.head(kept).cwiseSqrt();
  const Eigen::MatrixXd vectors = pairs.vectors.leftCols(kept);
  if (dual_) {
    coordinates_ = vectors * length.asDiagonal();
    basis_ = vectors * length.cwiseInverse().asDiagonal();
  } else {
    basis_ = vectors;
    coordinates_ = times(widened(centred_, static_cast<Index>(centred_.size()) / size_, size_), vectors);
  }
  if (!options_.whiten) return;
  const Eigen::VectorXd factor = length.cwiseInverse() * std::sqrt(static_cast<double>(coordinates_.rows()));
  coordinates_ = (coordinates_ * factor.asDiagonal()).eval();
  basis_ = (basis_ * factor.asDiagonal()).eval();
}

void TrainingSpan::apply_projection(const Projection& projection) {
  const Eigen::MatrixXd a = times(basis_, projection.weight);
  outputs_ = a.cols(), negative_ = projection.negative;
  map_ = narrowed(a);
  if (dual_ && options_.kernel == MetricKernel::linear)
    map_ = multiply(device_, Transpose::yes, Transpose::no, size_, outputs_, a.rows(), centred_, map_);
  centred_ = {};
}

Representation TrainingSpan::represent(const FeatureView& pictures) const {
  require(pictures.size == size_, "the metric has learned from {} features a picture, and is shown {}", size_,
          pictures.size);
  Representation result{pictures.count(), outputs_, negative_, {}};
  if (options_.kernel == MetricKernel::linear) {
    const std::vector<Real> centred = centred_rows(pictures.rows, mean_);
    result.rows =
        multiply(device_, Transpose::no, Transpose::no, result.count, outputs_, size_, centred, map_);
    return result;
  }
  // The columns of A are orthogonal to (1, ..., 1), as eigenvectors of a centred matrix are: of the two centrings of
  // k(x, x_i) only that by i is left.
  const Index n = static_cast<Index>(mean_.size());
  std::vector<Real> kernel = chi2_distances(pictures, training_.view(), device_.context().threads);
  for (Real& value : kernel) value = std::exp(value / static_cast<Real>(-2 * omega_));
  result.rows = multiply(device_, Transpose::no, Transpose::no, result.count, outputs_, n,
                         centred_rows(kernel, mean_), map_);
  return result;
}

}  // namespace triptych
