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

using Means = std::map<std::int32_t, std::vector<Real>>;

// The mean row of every group.
Means group_means(std::span<const Real> rows, Index size, const std::vector<std::int32_t>& group) {
  std::map<std::int32_t, std::vector<double>> sums;
  std::map<std::int32_t, double> counts;
  for (std::size_t i = 0; i < group.size(); ++i) {
    std::vector<double>& sum = sums[group[i]];
    sum.resize(static_cast<std::size_t>(size), 0.0);
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += rows[i * sum.size() + k];
    ++counts[group[i]];
  }
  Means means;
  for (const auto& [number, sum] : sums)
    for (const double s : sum) means[number].push_back(static_cast<Real>(s / counts.at(number)));
  return means;
}

std::vector<Real> centred_rows(std::span<const Real> rows, const std::vector<std::int32_t>& group,
                               const Means& means) {
  std::vector<Real> centred(rows.begin(), rows.end());
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto mean = means.find(group[i]);
    require(mean != means.end(), "a test image is from camera {}, which no training image is from", group[i]);
    Real* row = centred.data() + i * mean->second.size();
    for (const Real m : mean->second) *row++ -= m;
  }
  return centred;
}

std::vector<Real> exponential(std::vector<Real> chi2, double omega) {
  for (Real& value : chi2) value = std::exp(value / static_cast<Real>(-2 * omega));
  return chi2;
}

constexpr Index largest_problem = 6000;  // its eigenvectors take some minutes

}  // namespace

TrainingSpan::TrainingSpan(const Device& device, const FeatureView& training, const MetricOptions& options)
    : device_(device), options_(options), size_(training.size) {
  const Index n = training.count();
  const bool linear = options.kernel == MetricKernel::linear;
  dual_ = !linear || n <= size_;
  const Index problem = dual_ ? n : size_;
  require(
      problem <= largest_problem,
      "{} training images of {} features: the eigenvectors of {} dimensions would take hours; project the "
      "features to fewer than {} first, or train on fewer images",
      n, size_, problem, largest_problem);
  if (linear) {
    means_ = group_means(training.rows, size_, groups(training));
    centred_ = centred_rows(training.rows, groups(training), means_);
    const std::vector<Real> gram =
        dual_ ? multiply(device, Transpose::no, Transpose::yes, n, n, size_, centred_, centred_)
              : multiply(device, Transpose::yes, Transpose::no, size_, size_, n, centred_, centred_);
    decompose(widened(gram, problem, problem));
    return;
  }
  std::vector<Index> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  training_ = gather(training, {}, all);
  const std::vector<Real> chi2 = chi2_distances(training, training, device.context().threads);
  omega_ = widened(chi2, n, n).mean();
  require(omega_ > 0, "all training images have the same features: there is nothing to learn from");
  const std::vector<Real> kernel = exponential(chi2, omega_);
  means_ = group_means(kernel, n, groups(training));
  // Both factors of the inner product are centred: rows, then columns.
  const auto turned = narrowed(widened(centred_rows(kernel, groups(training), means_), n, n).transpose());
  decompose(widened(centred_rows(turned, groups(training), group_means(turned, n, groups(training))), n, n));
}

std::vector<std::int32_t> TrainingSpan::groups(const FeatureView& images) const {
  if (options_.camera_means) return {images.camera.begin(), images.camera.end()};
  return std::vector<std::int32_t>(static_cast<std::size_t>(images.count()), 0);
}

void TrainingSpan::decompose(const Eigen::MatrixXd& gram) {
  const Eigenpairs pairs = symmetric_eigen((gram + gram.transpose()) / 2);
  require(pairs.values(0) > 1e-12,
          "all training images have the same features: there is nothing to learn from");
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

Representation TrainingSpan::represent(const FeatureView& images) const {
  require(images.size == size_, "the metric has learned from {} features an image, and is shown {}", size_,
          images.size);
  Representation result{images.count(), outputs_, negative_, {}};
  if (options_.kernel == MetricKernel::linear) {
    const std::vector<Real> centred = centred_rows(images.rows, groups(images), means_);
    result.rows =
        multiply(device_, Transpose::no, Transpose::no, result.count, outputs_, size_, centred, map_);
    return result;
  }
  // The columns of A are orthogonal to the ones of a group, as eigenvectors of a centred matrix are: of the
  // two centrings of k(x, x_i) only that by the mean over x's group is left.
  const Index n = static_cast<Index>(training_.camera.size());
  const std::vector<Real> kernel =
      exponential(chi2_distances(images, training_.view(), device_.context().threads), omega_);
  result.rows = multiply(device_, Transpose::no, Transpose::no, result.count, outputs_, n,
                         centred_rows(kernel, groups(images), means_), map_);
  return result;
}

}  // namespace triptych
