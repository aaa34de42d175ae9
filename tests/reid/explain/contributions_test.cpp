#include "reid/explain/contributions.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reid/evaluation/calibration.h"
#include "reid/evaluation/embed.h"
#include "reid/evaluation/ranking.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

struct Pair {
  ImageSource images = open_images(open_dataset("synthetic:2"), {52, 24});
  Device device = Device::open("reference");
  Model model;

  explicit Pair(const Options& options) {
    model = make_model(device, options, {});
    model.selection = PatchSelection::By::gate;
    std::vector<Index> all = {0, 1, 2, 3};
    calibrate(model, images, all);
  }
  std::vector<Real> embedding(Index i) const {
    return embed(model, images, {&i, 1}, model.selection).embedding;
  }
  double distance(Index i, Index j) const {
    return static_cast<double>(
        distance_matrix(device, embedding(i), embedding(j), model.network->embedding_size()).front());
  }
};

std::vector<Options> variants() {
  std::vector<Options> list;
  for (const PatchPooling pooling : {PatchPooling::max, PatchPooling::mean, PatchPooling::gate})
    for (const bool views : {false, true})
      for (const auto& [centre, whiten] : {std::pair{false, 0.0}, {true, 0.0}, {true, 0.1}}) {
        Options options = tiny_options();
        options.network.pooling = pooling;
        options.network.strips = 4;  // of 6 rows: some rows lie in two strips
        options.testing.mirror = views, options.testing.shift = views ? 4 : 0,
        options.testing.centre = centre, options.testing.whiten = whiten;
        list.push_back(options);
      }
  return list;
}

}  // namespace

TEST_CASE(
    "contributions of patches sum to the distance that evaluation uses, for every pooling, with views, "
    "centres and whitening") {
  for (const Options& options : variants()) {
    CAPTURE(static_cast<int>(options.network.pooling));
    CAPTURE(options.testing.shift);
    CAPTURE(options.testing.centre);
    CAPTURE(options.testing.whiten);
    const Pair pair(options);
    const PatchShares first = patch_shares(pair.model, pair.images, 0);
    const PatchShares second = patch_shares(pair.model, pair.images, 3);
    const Contributions all = contributions(first, second);
    const double distance = pair.distance(0, 3);
    CHECK(distance > 1e-4);  // else there is nothing to explain
    CHECK(std::abs(all.distance - distance) < 2e-6);
    CHECK(std::abs(sum(all.far) - distance) < 2e-6);
    CHECK(std::abs(sum(all.of_first(all.far)) - distance) < 2e-6);
    CHECK(std::abs(sum(all.of_second(all.far)) - distance) < 2e-6);
    // ... and what the two have in common to the cosine, with d = 2 - 2 cosine.
    CHECK(std::abs(sum(all.near) - all.cosine) < 1e-12);
    CHECK(std::abs(2 - 2 * all.cosine - all.distance) < 1e-12);
  }
}

TEST_CASE("the shares of an image's patches sum to its embedding, and their weights to 1") {
  for (const Options& options : variants()) {
    const Pair pair(options);
    const PatchShares shares = patch_shares(pair.model, pair.images, 2);
    const std::vector<Real> embedding = pair.embedding(2);
    const double rounding =
        options.testing.whiten > 0 ? 5e-6 : 1e-6;  // small directions are enlarged, and so is theirs
    REQUIRE(shares.embedding.size() == embedding.size());
    CHECK(shares.views == (options.testing.mirror ? 10 : 1));
    for (std::size_t k = 0; k < embedding.size(); ++k) {
      double weight = 0, part = 0;
      for (std::size_t p = 0; p < static_cast<std::size_t>(shares.grid.patches()); ++p) {
        weight += shares.weight[p * embedding.size() + k];
        part += shares.part[p * embedding.size() + k];
      }
      CHECK(weight == doctest::Approx(1).epsilon(1e-9));
      CHECK(part == doctest::Approx(shares.embedding[k]).epsilon(1e-9));
      CHECK(std::abs(shares.embedding[k] - static_cast<double>(embedding[k])) < rounding);
    }
  }
}

TEST_CASE(
    "with max pooling and one view a component belongs to one pair of patches, by its squared difference") {
  const Pair pair(tiny_options());
  const PatchShares first = patch_shares(pair.model, pair.images, 0);
  const PatchShares second = patch_shares(pair.model, pair.images, 1);
  const std::size_t size = first.embedding.size(), patches = static_cast<std::size_t>(first.grid.patches());
  std::vector<double> expected(patches * patches);
  const auto winner = [&](const PatchShares& shares, std::size_t k) {
    std::size_t found = patches;
    for (std::size_t p = 0; p < patches; ++p)
      if (shares.weight[p * size + k] == 1) found = p;
    REQUIRE(found < patches);
    CHECK(shares.counted[found] == 1);
    return found;
  };
  for (std::size_t k = 0; k < size; ++k)
    expected[winner(first, k) * patches + winner(second, k)] +=
        std::pow(first.embedding[k] - second.embedding[k], 2);
  const Contributions all = contributions(first, second);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(all.far[i] >= 0);
    CHECK(all.far[i] == doctest::Approx(expected[i]).epsilon(1e-9));
  }
  const auto largest = largest_pairs(all, all.far, 3);
  REQUIRE(largest.size() == 3);
  CHECK(largest[0].value == *std::ranges::max_element(all.far));
  CHECK(largest[0].value ==
        all.far[static_cast<std::size_t>(largest[0].first * all.patches + largest[0].second)]);
  CHECK(largest[1].value >= largest[2].value);
}

TEST_CASE("a patch of a mirrored view is counted where it lies in the image") {
  Options options = tiny_options();
  options.network.pooling = PatchPooling::mean;
  options.testing.mirror = true;
  Pair pair(options);
  // An image that is its own mirror image has shares that are, too.
  Image image = pair.images.copy(0);
  for (Index y = 0; y < 52; ++y)
    for (Index x = 0; x < 12; ++x) std::copy_n(image.at(y, x), 3, image.at(y, 23 - x));
  pair.images = ImageSource(52, 24, {image});
  const PatchShares shares = patch_shares(pair.model, pair.images, 0);
  const Index columns = shares.grid.columns, size = shares.size();
  REQUIRE(columns == 2);
  double difference = 0;
  for (Index p = 0; p < shares.grid.patches(); ++p)
    for (Index k = 0; k < size; ++k) {
      const Index q = p / columns * columns + columns - 1 - p % columns;
      difference = std::max(difference, std::abs(shares.part[static_cast<std::size_t>(p * size + k)] -
                                                 shares.part[static_cast<std::size_t>(q * size + k)]));
    }
  CHECK(difference < 1e-6);
}

TEST_CASE("an image is at no distance from itself") {
  const Pair pair(tiny_options());
  const PatchShares shares = patch_shares(pair.model, pair.images, 0);
  const Contributions all = contributions(shares, shares);
  CHECK(all.distance == 0);
  for (const double far : all.far) CHECK(far == 0);
  CHECK(all.cosine == doctest::Approx(1));
}
