#include "reid/metrics/metric.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/error.h"
#include "engine/tensor.h"
#include "kernels/kernels.h"
#include "reid/metrics/kpls_metrics.h"
#include "reid/metrics/products.h"
#include "reid/metrics/span.h"

namespace triptych {
namespace {

using Learner = std::function<Projection(const TrainingSample&)>;

// Every metric of the form d(x, y) = (x - y)^T M (x - y): the span of the training images, and what a learner
// makes of it there.
class LinearMetric : public Metric {
 public:
  LinearMetric(const Device& device, const MetricOptions& options, Learner learner, bool cosine)
      : device_(device), options_(options), learner_(std::move(learner)), cosine_(cosine) {}

  void fit(const TrainingView& training) override {
    require_valid(training);
    span_.emplace(device_, training.features, options_);
    TrainingSample sample{span_->training(),
                          {training.identity.begin(), training.identity.end()},
                          {training.features.camera.begin(), training.features.camera.end()}};
    const Projection projection = learner_(sample);
    span_->apply_projection(projection);
    dimensions_ = projection.weight.cols();
  }

  Representation represent(const FeatureView& images) const override {
    require(span_.has_value(), "a metric must be fitted before it measures");
    require_valid(images, "test");
    Representation result = span_->represent(images);
    if (cosine_) normalise_rows(result);
    return result;
  }

  Index dimensions() const override { return dimensions_; }

 private:
  Device device_;
  MetricOptions options_;
  Learner learner_;
  bool cosine_;
  std::optional<TrainingSpan> span_;
  Index dimensions_ = 0;
};

// L2 and cosine on the features as they are: nothing is learned.
class PlainMetric : public Metric {
 public:
  explicit PlainMetric(bool cosine) : cosine_(cosine) {}
  void fit(const TrainingView& training) override { dimensions_ = training.features.size; }
  Representation represent(const FeatureView& images) const override {
    require_valid(images, "test");
    Representation result{images.count(), images.size, 0, {images.rows.begin(), images.rows.end()}};
    if (cosine_) normalise_rows(result);
    return result;
  }
  Index dimensions() const override { return dimensions_; }

 private:
  bool cosine_;
  Index dimensions_ = 0;
};

std::unique_ptr<Metric> make_linear(const std::string& name, const Device& device, const MetricOptions& o) {
  const auto linear = [&](Learner learner, bool cosine = false) {
    return std::make_unique<LinearMetric>(device, o, std::move(learner), cosine);
  };
  using Sample = TrainingSample;
  if (name == "l2" || name == "cosine")
    return linear([o](const Sample& s) { return learn_nothing(s, o); }, name == "cosine");
  if (name == "mahalanobis") return linear([o](const Sample& s) { return learn_mahalanobis(s, o); });
  if (name == "rlda") return linear([o](const Sample& s) { return learn_rlda(s, o); });
  if (name == "kissme") return linear([o](const Sample& s) { return learn_kissme(s, o); });
  if (name == "eiml") return linear([o](const Sample& s) { return learn_eiml(s, o); });
  if (name == "lmnn") return linear([o, device](const Sample& s) { return learn_lmnn(device, s, o); });
  if (name == "itml") return linear([o](const Sample& s) { return learn_itml(s, o); });
  if (name == "xqda" || name == "xqda-svd")
    return linear([o, name](const Sample& s) { return learn_xqda(s, o, name == "xqda-svd"); });
  if (name == "null-space") return linear([o](const Sample& s) { return learn_null_space(s, o); });
  return nullptr;
}

}  // namespace

void normalise_rows(Representation& representation) {
  const auto size = static_cast<std::size_t>(representation.size);
  for (std::size_t start = 0; start < representation.rows.size(); start += size) {
    const std::span<Real> row(representation.rows.data() + start, size);
    double squares = 0;
    for (const Real v : row) squares += double(v) * v;
    const double length = std::sqrt(squares);
    if (length > 0)
      for (Real& v : row) v = static_cast<Real>(v / length);
  }
}

void Metric::adapt(const FeatureView&) {
  fail("only a transductive metric (kpls) adapts to a gallery");
}

const std::vector<MetricEntry>& metrics() {
  static const std::vector<MetricEntry> entries = {
      {"l2", "Euclidean distance; with pca, whiten or a kernel in the space that these make"},
      {"cosine", "the angle; with pca, whiten or a kernel in the space that these make"},
      {"mahalanobis", "M = Sigma_S^-1, the inverse covariance of same-person differences (regularisation)"},
      {"rlda", "regularised Fisher discriminant (regularisation, dimensions)"},
      {"kissme", "M = Sigma_S^-1 - weight Sigma_D^-1, made positive; wants a pca (regularisation, weight)"},
      {"eiml", "least same-person minus impostor scatter (regularisation, dimensions)"},
      {"lmnn", "large-margin nearest neighbour, trained on the tape (dimensions, weight, steps)"},
      {"itml", "information-theoretic: A closest to I that keeps distance bounds (weight, steps, seed)"},
      {"xqda",
       "quadratic discriminant in the directions of the generalised eigenproblem (regularisation, "
       "dimensions)"},
      {"xqda-svd", "the same with the singular vectors of the authors' release"},
      {"null-space", "every training person collapses to a point; also with kernel chi2 (dimensions)"},
      {"kpca",
       "kernel PCA of the chi2 kernel, each camera centred by itself, ranked by cosine; learns from no label "
       "(pca)"},
      {"kpls", "kernel PLS on the unlabelled gallery: transductive (dimensions)"},
      {"kpls-mode-a", "PLS mode A between the kernels of two cameras (dimensions)"},
      {"x-kpls", "one kernel PLS regression onto the people for each camera (dimensions)"},
  };
  return entries;
}

std::unique_ptr<Metric> make_metric(const std::string& name, const Device& device,
                                    const MetricOptions& options) {
  if ((name == "l2" || name == "cosine") && options.pca == 0 && !options.whiten &&
      options.kernel == MetricKernel::linear)
    return std::make_unique<PlainMetric>(name == "cosine");
  if (name == "kpca") {
    MetricOptions chi2 = options;
    chi2.kernel = MetricKernel::chi2, chi2.camera_means = true;
    return make_linear("cosine", device, chi2);
  }
  if (auto metric = make_linear(name, device, options)) return metric;
  if (auto metric = make_kpls(name, device, options)) return metric;
  std::string known;
  for (const MetricEntry& entry : metrics()) known += (known.empty() ? "" : ", ") + entry.name;
  fail("there is no metric '{}'; known are {}", name, known);
}

namespace {

// |x|^2 with the signs of the representation.
std::vector<double> signed_norms(const Representation& r) {
  std::vector<double> norms;
  const Index positive = r.size - r.negative;
  for (Index i = 0; i < r.count; ++i) {
    double sum = 0;
    for (Index k = 0; k < r.size; ++k) {
      const double v = r.rows[static_cast<std::size_t>(i * r.size + k)];
      sum += k < positive ? v * v : -v * v;
    }
    norms.push_back(sum);
  }
  return norms;
}

}  // namespace

void distances_in_blocks(const Device& device, const Representation& queries, const Representation& gallery,
                         Index block,
                         const std::function<void(Index first, std::span<const Real> rows)>& visit) {
  require(queries.size == gallery.size && queries.negative == gallery.negative && block > 0,
          "queries of {} numbers cannot be compared with a gallery of {}", queries.size, gallery.size);
  const std::vector<double> x2 = signed_norms(queries), y2 = signed_norms(gallery);
  const Index positive = queries.size - queries.negative;
  const Tensor y = Tensor::from(device, {gallery.count, gallery.size}, gallery.rows);
  for (Index first = 0; first < queries.count; first += block) {
    const Index rows = std::min(block, queries.count - first);
    const std::span<const Real> part(queries.rows.data() + first * queries.size,
                                     static_cast<std::size_t>(rows * queries.size));
    const Tensor x = Tensor::from(device, {rows, queries.size}, part);
    const Tensor d(device, {rows, gallery.count});
    // d = -2 x+ . y+ + 2 x- . y-, then + |x|^2 + |y|^2.
    const auto gemm = [&](Real alpha, Index from, Index size, Real beta) {
      device.kernels().gemm(device.context(), Transpose::no, Transpose::yes, rows, gallery.count, size, alpha,
                            x.real() + from, queries.size, y.real() + from, gallery.size, beta, d.real(),
                            gallery.count);
    };
    gemm(-2, 0, positive, 0);
    if (queries.negative > 0) gemm(2, positive, queries.negative, 1);
    std::vector<Real> values = d.values();
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < gallery.count; ++j) {
        Real& value = values[static_cast<std::size_t>(i * gallery.count + j)];
        value = static_cast<Real>(value + x2[static_cast<std::size_t>(first + i)] +
                                  y2[static_cast<std::size_t>(j)]);
      }
    visit(first, values);
  }
}

std::vector<Real> distances(const Device& device, const Representation& queries,
                            const Representation& gallery) {
  std::vector<Real> all;
  all.reserve(static_cast<std::size_t>(queries.count * gallery.count));
  distances_in_blocks(device, queries, gallery, 1024, [&](Index, std::span<const Real> rows) {
    all.insert(all.end(), rows.begin(), rows.end());
  });
  return all;
}

std::vector<Real> distances(const Device& device, const Metric& metric, const FeatureView& queries,
                            const FeatureView& gallery) {
  return distances(device, metric.represent(queries), metric.represent(gallery));
}

}  // namespace triptych
