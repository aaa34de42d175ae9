#include "reid/evaluation/embed.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "datasets/batch.h"
#include "reid/evaluation/calibration.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("with test-mirror an image and its mirror image have one embedding, half-way between their own") {
  Device device = Device::open("reference");
  const Dataset dataset = open_dataset("synthetic:2");
  const Image first = open_images(dataset, {52, 24}).copy(0);
  Image mirrored = first;
  for (Index y = 0; y < 52; ++y)
    for (Index x = 0; x < 24; ++x) std::copy_n(first.at(y, 23 - x), 3, mirrored.at(y, x));
  const ImageSource images(52, 24, {first, mirrored});
  const std::vector<Index> both = {0, 1};
  Model model = make_model(device, tiny_options(), {});
  const EmbeddedImages apart = embed(model, images, both, PatchSelection::By::everything);
  model.options.testing.mirror = true;
  const EmbeddedImages joined = embed(model, images, both, PatchSelection::By::everything);
  double between = 0, squares = 0, difference = 0;
  for (Index k = 0; k < apart.size; ++k) {
    const auto at = static_cast<std::size_t>(k);
    difference += std::abs(static_cast<double>(apart.row(0)[at] - apart.row(1)[at]));
    squares += std::pow(static_cast<double>(apart.row(0)[at] + apart.row(1)[at]), 2);
    between = std::max(between, std::abs(static_cast<double>(joined.row(0)[at] - joined.row(1)[at])));
  }
  CHECK(difference > 0.01);  // else there is nothing to see
  CHECK(between < 1e-5);
  for (Index k = 0; k < apart.size; ++k) {
    const auto at = static_cast<std::size_t>(k);
    CHECK(joined.row(0)[at] ==
          doctest::Approx(static_cast<double>(apart.row(0)[at] + apart.row(1)[at]) / std::sqrt(squares))
              .epsilon(1e-4));
  }
}

TEST_CASE("with test-shift an embedding is the mean of five views") {
  Device device = Device::open("reference");
  const Dataset dataset = open_dataset("synthetic:2");
  const ImageSource images = open_images(dataset, {52, 24});
  const std::vector<Index> one = {1};
  Model model = make_model(device, tiny_options(), {});
  std::vector<double> sum(static_cast<std::size_t>(model.network->embedding_size()));
  for (const View& view : {View{}, View{-4, 0}, View{4, 0}, View{0, -2}, View{0, 2}}) {
    const std::vector<Real> crop = centre_crops(images, one, {}, 48, 20, 1, view);
    const std::vector<Real> e = model.network
                                    ->infer(Tensor::from(device, {1, 48, 20, 3}, std::span<const Real>(crop)),
                                            PatchSelection::By::everything)
                                    .embedding.value.values();
    for (std::size_t k = 0; k < e.size(); ++k) sum[k] += static_cast<double>(e[k]);
  }
  double squares = 0;
  for (const double x : sum) squares += x * x;
  model.options.testing.shift = 4;
  const EmbeddedImages joined = embed(model, images, one, PatchSelection::By::everything);
  for (std::size_t k = 0; k < sum.size(); ++k)
    CHECK(static_cast<double>(joined.row(0)[k]) ==
          doctest::Approx(sum[k] / std::sqrt(squares)).epsilon(1e-4));
}

TEST_CASE("test-centre takes out what a camera's images have in common, and the model's file keeps it") {
  Device device = Device::open("reference");
  const Dataset dataset = open_dataset("synthetic:5");
  ImageSource images = open_images(dataset, {52, 24});
  const std::vector<Index> all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  Options options = tiny_options();
  Model model = make_model(device, options, {});
  calibrate(model, images, all);
  CHECK(model.centres.empty());  // not asked for
  const EmbeddedImages plain = embed(model, images, all, PatchSelection::By::everything);
  model.options.testing.centre = true;
  calibrate(model, images, all);
  REQUIRE(model.centres.size() == 2);
  const EmbeddedImages centred = embed(model, images, all, PatchSelection::By::everything);
  for (Index i = 0; i < 10; ++i) {
    const std::vector<Real>& centre = model.centres[i < 5 ? 0 : 1];
    double squares = 0;
    for (std::size_t k = 0; k < centre.size(); ++k) {
      double mean = 0;
      for (Index j = i < 5 ? 0 : 5; j < (i < 5 ? 5 : 10); ++j)
        mean += static_cast<double>(plain.row(j)[k]) / 5;
      REQUIRE(static_cast<double>(centre[k]) == doctest::Approx(mean).epsilon(1e-4));
      squares += std::pow(static_cast<double>(plain.row(i)[k]) - mean, 2);
    }
    for (std::size_t k = 0; k < centre.size(); ++k)
      REQUIRE(std::abs(static_cast<double>(centred.row(i)[k]) -
                       static_cast<double>(plain.row(i)[k] - centre[k]) / std::sqrt(squares)) < 1e-4);
  }
  const Model back = from_file(to_file(model), device, "FILE");
  CHECK(back.centres == model.centres);
  images.set_cameras({});  // the camera is unknown: the middle of the cameras is subtracted
  const std::vector<Real> unknown =
      embed(model, images, {all.data(), 1}, PatchSelection::By::everything).embedding;
  double squares = 0;
  const auto difference = [&](std::size_t k) {
    return static_cast<double>(plain.row(0)[k]) -
           (static_cast<double>(model.centres[0][k]) + static_cast<double>(model.centres[1][k])) / 2;
  };
  for (std::size_t k = 0; k < unknown.size(); ++k) squares += difference(k) * difference(k);
  for (std::size_t k = 0; k < unknown.size(); ++k)
    REQUIRE(std::abs(static_cast<double>(unknown[k]) - difference(k) / std::sqrt(squares)) < 1e-4);
}

TEST_CASE("test-centre: a camera that took no training image is centred by the mean of those that did") {
  Device device = Device::open("reference");
  const Dataset dataset = open_dataset("synthetic:4");
  ImageSource images = open_images(dataset, {52, 24});
  images.set_cameras({1, 1, 1, 1, 3, 3, 3, 3});  // of cameras 0 to 3
  Options options = tiny_options();
  options.testing.centre = true;
  Model model = make_model(device, options, {});
  const std::vector<Index> all = {0, 1, 2, 3, 4, 5, 6, 7};
  calibrate(model, images, all);
  REQUIRE(model.centres.size() == 4);
  for (const int unseen : {0, 2, 9}) {
    images.set_cameras({unseen, 1, 1, 1, 3, 3, 3, 3});
    const std::vector<double> centre = centre_for(model, images, 0);
    for (std::size_t k = 0; k < centre.size(); ++k)
      REQUIRE(
          centre[k] ==
          doctest::Approx(static_cast<double>(model.centres[1][k] + model.centres[3][k]) / 2).epsilon(1e-5));
  }
}

TEST_CASE(
    "test-whiten: every strip of the training images then varies alike, and the model's file keeps it") {
  Device device = Device::open("reference");
  const Dataset dataset = open_dataset("synthetic:40");
  const ImageSource images = open_images(dataset, {52, 24});
  std::vector<Index> all(80);
  std::iota(all.begin(), all.end(), Index(0));
  Options options = tiny_options();
  options.testing.centre = true;
  Model model = make_model(device, options, {});
  calibrate(model, images, all);
  CHECK(model.whitening.empty());  // not asked for
  model.options.testing.whiten = 1e-6;
  calibrate(model, images, all);
  const Whitening& w = model.whitening;
  REQUIRE(w.strips == options.network.strips);
  REQUIRE(w.strips * w.width == model.network->embedding_size());
  // Rows are of length 1 in the end, all strips together: where W were wrong, some strips would take most of
  // it.
  const EmbeddedImages whitened = embed(model, images, all, PatchSelection::By::everything);
  for (Index strip = 0; strip < w.strips; ++strip) {
    double share = 0;
    for (Index i = 0; i < whitened.count; ++i)
      for (Index c = 0; c < w.width; ++c)
        share +=
            std::pow(static_cast<double>(whitened.row(i)[static_cast<std::size_t>(strip * w.width + c)]), 2);
    CHECK(share / static_cast<double>(whitened.count) ==
          doctest::Approx(1.0 / static_cast<double>(w.strips)).epsilon(0.15));
  }
  const Model back = from_file(to_file(model), device, "FILE");
  CHECK(back.whitening.w == w.w);
  CHECK(embed(back, images, all, PatchSelection::By::everything).embedding == whitened.embedding);
}
