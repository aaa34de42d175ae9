#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/error.h"
#include "reid/evaluation/calibration.h"
#include "reid/evaluation/embed.h"
#include "reid/evaluation/visible_ranking.h"
#include "reid/key.h"
#include "reid/loss/losses.h"
#include "reid/network/model.h"
#include "reid/network/visible_patches.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {

NetworkOptions visible_network() {
  NetworkOptions options = tiny_options().network;
  options.unit_strips = options.visible = true;
  return options;
}

double at(const std::vector<Real>& values, Index i) {
  return static_cast<double>(values[static_cast<std::size_t>(i)]);
}

// The weighted mean of the strips' squared distances, as it is written down.
double direct_distance(const std::vector<Real>& f, const std::vector<Real>& w, Index x, Index y, Index strips,
                       Index width) {
  double sum = 0, weights = 0;
  for (Index s = 0; s < strips; ++s) {
    double d = 0;
    for (Index k = 0; k < width; ++k)
      d += std::pow(at(f, (x * strips + s) * width + k) - at(f, (y * strips + s) * width + k), 2);
    const double both = at(w, x * strips + s) * at(w, y * strips + s);
    sum += both * d, weights += both;
  }
  return sum / weights;
}

}  // namespace

TEST_CASE("visible shares of patches behind a rectangle, by hand") {
  NetworkOptions options = tiny_options().network;  // a crop of 48 x 20, patches of 8 x 10 pixels
  REQUIRE(patch_grid(options) == PatchGrid{6, 2});
  CHECK(visible_shares(options, {}) == std::vector<Real>(12, 1));
  const std::vector<Real> shares = visible_shares(options, {4, 5, 12, 100});  // rows 4..16, columns 5..
  const std::vector<double> expected = {0.75, 0.5, 0.5, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  for (std::size_t i = 0; i < 12; ++i) CHECK(shares[i] == doctest::Approx(expected[i]));
  CHECK(visible_shares(options, {-10, -10, 100, 100}) == std::vector<Real>(12, 0));
}

TEST_CASE("a strip's visible share: of all patches, of the labels, of their shares, of the gate") {
  Device device = Device::open("reference");
  const Tensor logits = Tensor::from(device, {1, 4, 1}, {0, Real(std::log(3.0)), -50, -50});
  const Tensor labels =
      Tensor::from(device, {1, 4, 1}, std::span<const std::uint8_t>(std::vector<std::uint8_t>{1, 0, 1, 1}));
  const Tensor shares = Tensor::from(device, {1, 4, 1}, {1, Real(0.5), 0, Real(0.2)});
  using By = PatchSelection::By;
  CHECK(strip_shares(logits, {By::everything}, 2).values() == std::vector<Real>{1, 1});
  CHECK(strip_shares(logits, {By::labels, labels}, 2).values() == std::vector<Real>{Real(0.5), 1});
  const std::vector<Real> soft = strip_shares(logits, {By::labels, labels, shares}, 2).values();
  CHECK(soft[0] == doctest::Approx(0.75));
  CHECK(soft[1] == doctest::Approx(0.1));
  const std::vector<Real> gate = strip_shares(logits, {By::gate}, 2).values();
  CHECK(gate[0] == doctest::Approx((0.5 + 0.75) / 2));
  CHECK(gate[1] == doctest::Approx(0.001));  // never 0, so that some strip counts
}

TEST_CASE("distances count what both images show: the formula, in the network, the loss and the search") {
  Device device = Device::open("reference");
  const NetworkOptions options = visible_network();
  Network network(device, options, 3);
  Random random(1), noise(2);
  const Tensor images = random_tensor(device, {4, 48, 20, 3}, random);
  const Index strips = options.strips, width = network.patch_size();
  NetworkOutput out = network.read(Variable(images), Mode::infer, noise);
  out.gate = scale(out.gate, 20);  // far from even weights
  network.pool(out, {PatchSelection::By::gate}, Mode::infer);
  const std::vector<Real> f = out.strips.value.values(), w = out.visible.values(),
                          e = out.embedding.value.values();
  for (Index i = 0; i < 4; ++i) {
    double whole = 0;
    for (Index s = 0; s < strips; ++s) {
      double squares = 0;
      for (Index k = 0; k < width; ++k) squares += std::pow(at(f, (i * strips + s) * width + k), 2);
      CHECK(squares == doctest::Approx(1).epsilon(1e-5));
    }
    for (Index k = 0; k < strips * width; ++k) whole += std::pow(at(e, i * strips * width + k), 2);
    CHECK(whole == doctest::Approx(1).epsilon(1e-5));
  }
  const VisibleRows rows{e, w};
  const std::vector<Real> d = visible_distances(device, rows, rows, strips * width, strips);
  double uneven = 0;
  for (Index x = 0; x < 4; ++x)
    for (Index y = 0; y < 4; ++y) {
      CHECK(at(d, 4 * x + y) == doctest::Approx(direct_distance(f, w, x, y, strips, width)).epsilon(1e-4));
      double plain = 0;
      for (Index k = 0; k < strips * width; ++k)
        plain += std::pow(at(e, x * strips * width + k) - at(e, y * strips * width + k), 2);
      uneven = std::max(uneven, std::abs(plain - at(d, 4 * x + y)));
    }
  CHECK(uneven > 1e-3);  // else the weights made no difference

  const std::vector<Real> of_loss = embedding_distances(out.embedding, out.visible).value.values();
  for (Index i = 0; i < 16; ++i) CHECK(at(of_loss, i) == doctest::Approx(at(d, i)).epsilon(1e-3));
  // Softmax of cosines c = 1 - d / 2 between the halves: rows 0 1 against 2 3.
  const double t = 0.5;
  double expected = 0;
  for (Index i = 0; i < 2; ++i)
    for (const bool back : {false, true}) {
      const auto c = [&](Index k) { return 1 - at(d, back ? 4 * k + 2 + i : 4 * i + 2 + k) / 2; };
      expected += std::log(std::exp(c(0) / t) + std::exp(c(1) / t)) - c(i) / t;
    }
  CHECK(static_cast<double>(cross_camera_softmax(out.embedding, t, out.visible).value.item()) ==
        doctest::Approx(expected / 4).epsilon(1e-4));
}

TEST_CASE("the context gate sees what a patch's own vector does not, and shapes no feature") {
  Device device = Device::open("reference");
  NetworkOptions options = tiny_options().network;
  options.gate = GateKind::context;
  Network network(device, options, 3);
  Random random(1), noise(2);
  const std::vector<Real> image = random_tensor(device, {1, 48, 20, 3}, random).values();
  std::vector<Real> changed = image;
  for (std::size_t i = changed.size() / 2; i < changed.size(); ++i) changed[i] = -changed[i];  // lower half
  const auto first_logit = [&](Network& of, const std::vector<Real>& pixels) {
    return of
        .infer(Tensor::from(device, {1, 48, 20, 3}, std::span<const Real>(pixels)),
               PatchSelection::By::everything)
        .gate.value.values()[0];
  };
  CHECK(first_logit(network, image) != first_logit(network, changed));  // the recurrence reads downwards only
  Network linear(device, tiny_options().network, 3);
  CHECK(first_logit(linear, image) == first_logit(linear, changed));

  Tape tape;
  const NetworkOutput out = network.read(
      tape.input(Tensor::from(device, {1, 48, 20, 3}, std::span<const Real>(image))), Mode::train, noise);
  tape.backward(gate_loss(out.gate, Tensor::zeros(device, out.gate.shape())));
  for (const auto& [name, parameter] : network.parameters()) {
    double norm = 0;
    if (parameter->gradient)
      for (const Real g : parameter->gradient.values()) norm += std::abs(static_cast<double>(g));
    CAPTURE(name);
    CHECK((norm > 0) == name.starts_with("tier3"));
  }
}

TEST_CASE("embed: unit strips stay of one length through views and calibration; shares weigh them") {
  Device device = Device::open("reference");
  const Dataset dataset = open_dataset("synthetic:4");
  const ImageSource images = open_images(dataset, {52, 24});
  Options options = tiny_options();
  options.network = visible_network();
  options.testing.mirror = options.testing.centre = true, options.testing.whiten = 0.1;
  Model model = make_model(device, options, {});
  std::vector<Index> all(8);
  std::iota(all.begin(), all.end(), Index(0));
  calibrate(model, images, all);
  CHECK(embed(model, images, {}, PatchSelection::By::gate).count == 0);
  const Index strips = options.network.strips, width = model.network->patch_size();
  for (const PatchSelection::By by : {PatchSelection::By::everything, PatchSelection::By::gate}) {
    const EmbeddedImages e = embed(model, images, all, by);
    REQUIRE(e.visible.size() == static_cast<std::size_t>(8 * strips));
    for (Index i = 0; i < 8; ++i) {
      double shares = 0;
      for (Index s = 0; s < strips; ++s) shares += std::pow(at(e.visible, i * strips + s), 2);
      for (Index s = 0; s < strips; ++s) {
        double squares = 0;
        for (Index k = 0; k < width; ++k)
          squares += std::pow(at(e.embedding, (i * strips + s) * width + k), 2);
        CHECK(std::sqrt(squares) ==
              doctest::Approx(at(e.visible, i * strips + s) / std::sqrt(shares)).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("embed: with test-occluders the true mask says what is visible, in every view") {
  Device device = Device::open("reference");
  const Dataset dataset = open_dataset("synthetic:4");
  const ImageSource images = open_images(dataset, {52, 24});
  Options options = tiny_options();
  options.network = visible_network();
  options.testing.occluders = options.testing.mirror = true;
  const Model model = make_model(device, options, {});
  ImageSource covered = images;
  std::vector<Rectangle> rectangles(8);
  rectangles[1] = {0, 0, 18, 24};   // the crop begins 2 rows lower: all of the first strip of 16 rows
  rectangles[2] = {0, 12, 52, 12};  // the right half of everything
  covered.set_occluders(rectangles);
  const std::vector<Index> samples = {0, 1, 2};
  const std::vector<Real> w = embed(model, covered, samples, PatchSelection::By::gate).visible;
  REQUIRE(w.size() == 9);
  for (std::size_t s = 0; s < 3; ++s) {
    CHECK(w[s] == doctest::Approx(1));
    CHECK(w[3 + s] == doctest::Approx(s == 0 ? 0.001 : 1));
    CHECK(w[6 + s] == doctest::Approx(0.5));
  }
  // The mean over an image and its mirror image stays the same when both the image and its mask are mirrored.
  Image mirrored = images.copy(2);
  for (Index y = 0; y < 52; ++y)
    for (Index x = 0; x < 24; ++x) std::copy_n(images.copy(2).at(y, 23 - x), 3, mirrored.at(y, x));
  ImageSource two(52, 24, {images.copy(2), mirrored});
  two.set_occluders({{0, 12, 52, 12}, {0, 0, 52, 12}});
  const EmbeddedImages both = embed(model, two, std::vector<Index>{0, 1}, PatchSelection::By::everything);
  for (Index k = 0; k < both.size; ++k)
    CHECK(at(both.embedding, k) == doctest::Approx(at(both.embedding, both.size + k)).epsilon(1e-4));
}

TEST_CASE("options of visibility: contradictions are refused, and defaults are in no file") {
  Options options = tiny_options();
  options.network.visible = true;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--unit-strips"), Error);
  options = tiny_options();
  options.em.labels = ELabels::occluders;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--occlude-training"), Error);
  options = tiny_options();
  options.em.soft = true;
  CHECK_THROWS_WITH_AS(check(options), doctest::Contains("--em-threshold"), Error);
  const Options untouched;
  CHECK(to_json(untouched).find("unit-strips") == std::string::npos);
  CHECK(later_defaults(untouched).contains("em-step"));
  Inputs inputs;
  add_input(inputs, "options", untouched);
  CHECK(std::ranges::none_of(inputs, [](const Input& input) { return input.name == "em-step"; }));
  options = tiny_options();
  options.em.step = EStep::batch;
  CHECK(to_json(options).find("\"em-step\": \"batch\"") != std::string::npos);
  CHECK(options_from_json(to_json(options), "here").em.step == EStep::batch);
}
