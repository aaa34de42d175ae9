#include "reid/metrics/kpls_metrics.h"

#include <map>
#include <numeric>
#include <set>

#include "engine/device.h"
#include "engine/error.h"
#include "reid/metrics/chi2.h"
#include "reid/metrics/kpls.h"

namespace triptych {
namespace {

// The chi2 kernel to some training images, centred by their column means.
class KernelBlock {
 public:
  KernelBlock(const Device& device, FeatureRows images) : device_(device), images_(std::move(images)) {
    Eigen::MatrixXd k = chi2(images_.view());
    omega_ = k.mean();
    require(omega_ > 0, "the images of a camera all have the same features: there is nothing to learn from");
    training_ = exponential(k);
    means_ = training_.colwise().mean();
    centre_columns(training_, means_);
  }
  const Eigen::MatrixXd& training() const { return training_; }  // [n, n]
  Eigen::MatrixXd rows(const FeatureView& images) const {        // [count, n]
    Eigen::MatrixXd k = exponential(chi2(images));
    centre_columns(k, means_);
    return k;
  }

 private:
  Eigen::MatrixXd chi2(const FeatureView& images) const {
    const std::vector<Real> d = chi2_distances(images, images_.view(), device_.context().threads);
    return Eigen::Map<const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
               d.data(), images.count(), static_cast<Index>(images_.camera.size()))
        .cast<double>();
  }
  Eigen::MatrixXd exponential(const Eigen::MatrixXd& k) const { return (k.array() / (-2 * omega_)).exp(); }

  Device device_;
  FeatureRows images_;
  double omega_ = 1;
  Eigen::MatrixXd training_;
  Eigen::RowVectorXd means_;
};

// A camera's kernel and the matrix that its rows are multiplied with.
struct CameraModel {
  KernelBlock block;
  Eigen::MatrixXd weight;  // [n, outputs]
};

// Rows of images, each through the model of its camera, to length 1.
Representation through_models(const std::map<std::int32_t, CameraModel>& models, const FeatureView& images) {
  Representation result{images.count(), models.begin()->second.weight.cols(), 0, {}};
  result.rows.resize(static_cast<std::size_t>(result.count * result.size));
  std::map<std::int32_t, std::vector<Index>> of_camera;
  for (Index i = 0; i < images.count(); ++i)
    of_camera[images.camera[static_cast<std::size_t>(i)]].push_back(i);
  for (const auto& [camera, which] : of_camera) {
    const auto model = models.find(camera);
    require(model != models.end(), "a test image is from camera {}, which no training image is from", camera);
    const FeatureRows rows = gather(images, {}, which);
    const Eigen::MatrixXd z = times(model->second.block.rows(rows.view()), model->second.weight);
    for (std::size_t i = 0; i < which.size(); ++i)
      for (Index k = 0; k < result.size; ++k)
        result.rows[static_cast<std::size_t>(which[i] * result.size + k)] =
            static_cast<Real>(z(static_cast<Eigen::Index>(i), k));
  }
  normalise_rows(result);
  return result;
}

// The first image of each person from each of the two cameras, in the order of the people.
std::map<std::int32_t, std::vector<Index>> images_by_camera(const TrainingView& training) {
  std::map<std::int32_t, std::map<std::int32_t, Index>> first;  // person, camera -> image
  for (Index i = 0; i < training.features.count(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    first[training.identity[at]].emplace(training.features.camera[at], i);
  }
  const std::set<std::int32_t> cameras(training.features.camera.begin(), training.features.camera.end());
  require(cameras.size() == 2, "the KPLS methods pair two cameras, and the training images are from {}",
          cameras.size());
  std::map<std::int32_t, std::vector<Index>> result;
  for (const auto& [identity, images] : first)
    if (images.size() == 2)
      for (const auto& [camera, image] : images) result[camera].push_back(image);
  require(!result.empty() && result.begin()->second.size() >= 2,
          "the KPLS methods need two training people at least whom both cameras saw");
  return result;
}

class PairedKpls : public Metric {
 public:
  PairedKpls(const Device& device, const MetricOptions& options) : device_(device), options_(options) {}

  void fit(const TrainingView& training) override {
    require_valid(training);
    models_.clear();
    for (const auto& [camera, which] : images_by_camera(training))
      models_.emplace(
          camera, CameraModel{KernelBlock(device_, gather(training.features, training.identity, which)), {}});
    learn(models_.begin()->second, models_.rbegin()->second);
  }
  Representation represent(const FeatureView& images) const override {
    require(!models_.empty(), "a metric must be fitted before it measures");
    require_valid(images, "test");
    return through_models(models_, images);
  }
  Index dimensions() const override { return models_.empty() ? 0 : models_.begin()->second.weight.cols(); }

 protected:
  virtual void learn(CameraModel& a, CameraModel& b) const = 0;
  Index factors(Index otherwise) const { return options_.dimensions > 0 ? options_.dimensions : otherwise; }

 private:
  Device device_;
  MetricOptions options_;
  std::map<std::int32_t, CameraModel> models_;
};

class ModeAMetric : public PairedKpls {
  using PairedKpls::PairedKpls;
  void learn(CameraModel& a, CameraModel& b) const override {
    const ModeA model = kpls_mode_a(a.block.training(), b.block.training(), factors(125));
    a.weight = score_weights(a.block.training(), model.t, model.u);
    b.weight = score_weights(b.block.training(), model.u, model.t);
  }
};

// The responses are the training identities: an image is described by its similarity to each of them, which
// is comparable between cameras.
class CrossKpls : public PairedKpls {
  using PairedKpls::PairedKpls;
  void learn(CameraModel& a, CameraModel& b) const override {
    const Eigen::Index n = a.block.training().rows();
    for (CameraModel* model : {&a, &b})
      model->weight = kpls_regression(model->block.training(), Eigen::MatrixXd::Identity(n, n), factors(100));
  }
};

// The same regression onto the images of the unlabelled gallery. It does not use training identities.
class GalleryKpls : public Metric {
 public:
  GalleryKpls(const Device& device, const MetricOptions& options) : device_(device), options_(options) {}
  bool transductive() const override { return true; }
  void fit(const TrainingView&) override { model_.clear(); }
  void adapt(const FeatureView& gallery) override {
    require_valid(gallery, "gallery");
    std::vector<Index> all(static_cast<std::size_t>(gallery.count()));
    std::iota(all.begin(), all.end(), 0);
    model_.clear();
    model_.push_back({KernelBlock(device_, gather(gallery, {}, all)), {}});
    const Index n = gallery.count();
    model_[0].weight = kpls_regression(model_[0].block.training(), Eigen::MatrixXd::Identity(n, n),
                                       options_.dimensions > 0 ? options_.dimensions : 200);
  }
  Representation represent(const FeatureView& images) const override {
    require(!model_.empty(), "kpls must see the gallery (adapt) before it measures");
    require_valid(images, "test");
    std::map<std::int32_t, CameraModel> every_camera;
    for (const std::int32_t camera : images.camera) every_camera.emplace(camera, model_[0]);
    return through_models(every_camera, images);
  }
  Index dimensions() const override { return model_.empty() ? 0 : model_[0].weight.cols(); }

 private:
  Device device_;
  MetricOptions options_;
  std::vector<CameraModel> model_;  // none before adapt, then one
};

}  // namespace

std::unique_ptr<Metric> make_kpls(const std::string& name, const Device& device,
                                  const MetricOptions& options) {
  if (name == "kpls") return std::make_unique<GalleryKpls>(device, options);
  if (name == "kpls-mode-a") return std::make_unique<ModeAMetric>(device, options);
  if (name == "x-kpls") return std::make_unique<CrossKpls>(device, options);
  return nullptr;
}

}  // namespace triptych
