#include "reid/metrics/span.h"

#include <doctest/doctest.h>

#include "engine/error.h"
#include "reid/metrics/chi2.h"
#include "tests/reid/metrics/helpers.h"

using namespace triptych;

namespace {
double squared(const Eigen::MatrixXd& x, Eigen::Index i, Eigen::Index j) {
  return (x.row(i) - x.row(j)).squaredNorm();
}
Projection identity(const TrainingSpan& span) {
  return {Eigen::MatrixXd::Identity(span.training().cols(), span.training().cols()), 0};
}
// What new images become, as a matrix.
Eigen::MatrixXd seen(const TrainingSpan& span, const FeatureRows& rows) {
  const Representation r = span.represent(rows.view());
  return Eigen::Map<const Eigen::Matrix<Real, -1, -1, Eigen::RowMajor>>(r.rows.data(), r.count, r.size)
      .cast<double>();
}
}  // namespace

TEST_CASE(
    "fewer images than features: the span keeps every distance, and new images land where they belong") {
  const FeatureRows rows = make_identities({.identities = 5, .size = 40});
  TrainingSpan span(test_device(), rows.view(), {});
  CHECK(span.training().cols() == 9);  // ten points span nine dimensions
  const TrainingSample sample = sample_of(rows);
  for (Eigen::Index i = 0; i < 10; ++i)
    CHECK(squared(span.training(), i, 3) == doctest::Approx(squared(sample.x, i, 3)).epsilon(1e-4));
  span.apply_projection(identity(span));
  CHECK((seen(span, rows) - span.training()).norm() < 1e-4 * span.training().norm());
}

TEST_CASE("a metric learned in the span is the one learned from all features") {
  // RLDA from 10 coordinates is the same distance whether the ten features or their span are given to it.
  const FeatureRows rows = make_identities({.identities = 30, .size = 10}),
                    others = make_identities({.identities = 8, .size = 10, .seed = 2});
  const TrainingSample sample = sample_of(rows);
  TrainingSpan span(test_device(), rows.view(), {});  // more images than features: the other way round
  CHECK(span.training().cols() == 10);
  span.apply_projection(learn_rlda({span.training(), rows.identity, rows.camera}, {.regularisation = 0}));
  const Eigen::MatrixXd z = seen(span, others), w = learn_rlda(sample, {.regularisation = 0}).weight;
  const Eigen::MatrixXd direct = times(sample_of(others).x, w);
  for (Eigen::Index i = 1; i < 16; ++i)
    CHECK(squared(z, 0, i) == doctest::Approx(squared(direct, 0, i)).epsilon(1e-3));
}

TEST_CASE("PCA keeps the directions of the largest variance, uncorrelated; whitening gives each variance 1") {
  const FeatureRows rows = make_identities({.identities = 50, .size = 6, .signal = 4, .nuisance = 10});
  TrainingSpan span(test_device(), rows.view(), {.pca = 2});
  CHECK(span.training().cols() == 2);
  const Eigen::MatrixXd covariance = transpose_times(span.training(), span.training()) / 100;
  CHECK(covariance(0, 0) > 50);  // the two nuisance features, of variance 100
  CHECK(std::abs(covariance(0, 1)) < 1e-3 * covariance(0, 0));
  TrainingSpan white(test_device(), rows.view(), {.pca = 3, .whiten = true});
  CHECK((transpose_times(white.training(), white.training()) / 100 - Eigen::MatrixXd::Identity(3, 3)).norm() <
        1e-3);
  white.apply_projection(identity(white));
  CHECK((seen(white, rows) - white.training()).norm() < 1e-3 * white.training().norm());
}

TEST_CASE("the chi2 kernel: coordinates reproduce the centred kernel, for training and for new images") {
  FeatureRows rows = make_identities({.identities = 6, .size = 20});
  for (Real& v : rows.rows) v = std::abs(v);
  TrainingSpan span(test_device(), rows.view(), {.kernel = MetricKernel::chi2});
  // |phi(x) - phi(y)|^2 = k(x, x) + k(y, y) - 2 k(x, y) = 2 - 2 k(x, y), whatever the centring.
  const std::vector<Real> chi2 = chi2_distances(rows.view(), rows.view(), 1);
  double omega = 0;
  for (const Real d : chi2) omega += d / 144;
  for (Eigen::Index i = 0; i < 12; ++i)
    CHECK(squared(span.training(), i, 5) ==
          doctest::Approx(2 - 2 * std::exp(-chi2[static_cast<std::size_t>(i * 12 + 5)] / (2 * omega)))
              .epsilon(1e-3));
  span.apply_projection(identity(span));
  CHECK((seen(span, rows) - span.training()).norm() < 1e-3 * span.training().norm());
}

TEST_CASE("camera means: what a camera adds to everybody is gone, in features and in the space of a kernel") {
  FeatureRows rows = make_identities({.identities = 12, .size = 20});
  for (std::size_t i = 0; i < rows.rows.size(); ++i)  // camera 1 sees feature 0 much brighter
    rows.rows[i] = std::abs(rows.rows[i]) + Real(i / 20 >= 12 && i % 20 == 0 ? 40 : 0);
  for (const MetricKernel kernel : {MetricKernel::linear, MetricKernel::chi2}) {
    const auto mean_of_camera = [&](const Eigen::MatrixXd& z, Eigen::Index camera) {
      return z.middleRows(12 * camera, 12).colwise().mean().norm();
    };
    TrainingSpan all(test_device(), rows.view(), {.kernel = kernel});
    TrainingSpan each(test_device(), rows.view(), {.kernel = kernel, .camera_means = true});
    CHECK(mean_of_camera(all.training(), 1) > 0.1);
    CHECK(mean_of_camera(each.training(), 0) < 1e-4);
    CHECK(mean_of_camera(each.training(), 1) < 1e-4);
    CHECK(squared(each.training(), 0, 5) == doctest::Approx(squared(all.training(), 0, 5)).epsilon(1e-3));
    each.apply_projection(identity(each));
    CHECK((seen(each, rows) - each.training()).norm() < 1e-3 * each.training().norm());
    FeatureRows stranger = rows;
    stranger.camera[3] = 2;
    CHECK_THROWS_WITH_AS(each.represent(stranger.view()), doctest::Contains("from camera 2"), Error);
  }
}

TEST_CASE("images that are all the same, and features of another length, are errors") {
  FeatureRows rows = make_identities({.identities = 3, .size = 4});
  TrainingSpan span(test_device(), rows.view(), {});
  span.apply_projection(identity(span));
  const FeatureRows longer = make_identities({.identities = 3, .size = 5});
  CHECK_THROWS_WITH_AS(span.represent(longer.view()), doctest::Contains("learned from 4 features"), Error);
  std::fill(rows.rows.begin(), rows.rows.end(), Real(0.5));
  CHECK_THROWS_WITH_AS(TrainingSpan(test_device(), rows.view(), {}), doctest::Contains("same features"),
                       Error);
  CHECK_THROWS_WITH_AS(TrainingSpan(test_device(), rows.view(), {.kernel = MetricKernel::chi2}),
                       doctest::Contains("same features"), Error);
}
