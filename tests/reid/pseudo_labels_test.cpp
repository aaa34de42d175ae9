#include "reid/training/pseudo_labels.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "engine/device.h"
#include "engine/error.h"
#include "reid/training/trainer.h"
#include "tests/reid/helpers.h"
#include "tests/unique_path.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("a pair is two rows that are each other's nearest") {
  // On a line:  a0 = 0, a1 = 5, a2 = 6;  b0 = 1, b1 = 5.4.  b1 is nearest to a1 and a2, and prefers a1.
  const std::vector<Real> a = {0, 5, 6}, b = {1, Real(5.4)};
  CHECK(mutual_nearest(Device::open("reference"), a, b, 1) == Pairs{{0, 0}, {1, 1}});
  CHECK(mutual_nearest(Device::open("reference"), b, a, 1) == Pairs{{0, 0}, {1, 1}});
  CHECK(mutual_nearest(Device::open("reference"), a, {}, 1).empty());
}

TEST_CASE("pairs are made between the two cameras of the given samples alone") {
  const Dataset dataset = open_dataset("synthetic:3");  // samples 0, 1, 2 of camera 0; 3, 4, 5 of camera 1
  const std::vector<Index> samples = {1, 2, 4, 5};
  // A row says which person it is, but camera 1 sees person 2 as person 1 and person 1 as person 2.
  const RowsOf rows_of = [](std::span<const Index> asked) {
    std::vector<Real> rows;
    for (const Index i : asked) rows.push_back(i < 3 ? Real(i) : Real(3 - (i - 3)));
    return rows;
  };
  const Pairs pairs = pair_up(Device::open("reference"), dataset, samples, rows_of, 1);
  CHECK(pairs == Pairs{{1, 5}, {2, 4}});
  CHECK(share_right(dataset, pairs) == 0);
  CHECK(share_right(dataset, {{0, 3}, {1, 5}}) == 0.5);
  const Dataset told = relabelled(dataset, pairs);
  CHECK(told.identities == 2);
  CHECK((told.samples[1].identity == 0 && told.samples[5].identity == 0));
  CHECK((told.samples[2].identity == 1 && told.samples[4].identity == 1));
  CHECK((told.samples[0].identity == distractor && told.samples[3].identity == distractor));
  const std::vector<Index> alone = {1, 4};
  CHECK_THROWS_WITH_AS(pair_up(Device::open("reference"), dataset, alone, rows_of, 1),
                       doctest::Contains("1 pairs among 2 images"), Error);
}

TEST_CASE("among more than two cameras the nearest pairs connect clusters, and no chain connects everybody") {
  Dataset dataset = open_dataset("synthetic:6");  // samples 0 ... 5 and 6 ... 11, now of three cameras
  dataset.cameras = 3;
  for (std::size_t i = 0; i < 12; ++i) dataset.samples[i].camera = static_cast<int>(i / 4);
  std::vector<Index> samples(12);
  std::iota(samples.begin(), samples.end(), Index(0));
  // Camera 0 has 0, 10, 20, 30, the others the same and a little more. Of 15 pairs the nearer 8 are those of
  // the columns 0 and 1, and 20 with 23, 30 with 33; what is near within a camera is not near enough.
  const Real at[] = {0, 10, 20, 30, Real(0.1), Real(10.1), 23, 33, Real(0.3), Real(10.3), 40, 50};
  const RowsOf rows_of = [&](std::span<const Index> asked) {
    std::vector<Real> rows;
    for (const Index i : asked) rows.push_back(at[i]);
    return rows;
  };
  const Pairs pairs = pair_up(Device::open("reference"), dataset, samples, rows_of, 1);
  const Dataset told = relabelled(dataset, pairs);
  for (const std::size_t person : {0, 1}) {
    CHECK(told.samples[person].identity >= 0);
    CHECK(told.samples[person].identity == told.samples[person + 4].identity);
    CHECK(told.samples[person].identity == told.samples[person + 8].identity);
  }
  CHECK(told.samples[0].identity != told.samples[1].identity);
  CHECK(told.samples[2].identity == told.samples[6].identity);
  CHECK((told.samples[10].identity == distractor && told.samples[11].identity == distractor));
  CHECK(told.identities == 4);
  CHECK(told.identity_names.size() == 4);
}

TEST_CASE("a cluster has no more than so many images") {
  Dataset dataset = open_dataset("synthetic:60");  // 120 images on a line, each the neighbour of the next
  dataset.cameras = 3;
  std::vector<Index> samples(120);
  std::iota(samples.begin(), samples.end(), Index(0));
  for (std::size_t i = 0; i < 120; ++i) dataset.samples[i].camera = static_cast<int>(i % 3);
  const RowsOf rows_of = [&](std::span<const Index> asked) {
    std::vector<Real> rows;
    for (const Index i : asked) rows.push_back(Real(i));
    return rows;
  };
  const Dataset told = relabelled(dataset, pair_up(Device::open("reference"), dataset, samples, rows_of, 1));
  std::vector<Index> sizes(static_cast<std::size_t>(told.identities));
  for (const Sample& sample : told.samples)
    if (sample.identity >= 0) ++sizes[static_cast<std::size_t>(sample.identity)];
  CHECK(*std::ranges::max_element(sizes) <= most_of_a_cluster);
  CHECK(*std::ranges::max_element(sizes) > 2);
}

TEST_CASE("stripe colours do not see a camera's tint") {
  // Two images of 28 x 1 pixels: the first red above and blue below, the second the other way round.
  std::vector<Image> images(2, Image(28, 1)), brighter = images;
  for (const bool red_first : {true, false})
    for (int y = 0; y < 28; ++y) {
      const std::uint8_t red = (y < 14) == red_first ? 100 : 20;
      const std::uint8_t pixel[] = {red, 50, static_cast<std::uint8_t>(120 - red)};
      for (int c = 0; c < 3; ++c) {
        images[red_first ? 0 : 1].at(y, 0)[c] = pixel[c];
        brighter[red_first ? 0 : 1].at(y, 0)[c] = static_cast<std::uint8_t>(pixel[c] + 30);
      }
    }
  const std::vector<Index> both = {0, 1};
  const std::vector<Real> rows = stripe_colours(ImageSource(28, 1, images), both);
  REQUIRE(rows.size() == 2 * static_cast<std::size_t>(stripe_colour_numbers));
  CHECK(rows[0] > 0.1);  // red, in the first stripe of the first image
  CHECK(rows[0] == doctest::Approx(static_cast<double>(-rows[84])));  // ... and of the second
  CHECK(rows[2] == doctest::Approx(0));                               // green is the same everywhere
  const std::vector<Real> tinted = stripe_colours(ImageSource(28, 1, brighter), both);
  for (std::size_t k = 0; k < rows.size(); ++k)
    REQUIRE(tinted[k] == doctest::Approx(static_cast<double>(rows[k])).epsilon(1e-3));
}

TEST_CASE(
    "training on pseudo labels pairs anew in every E step, is never told the people, and resumes exactly") {
  Device device = Device::open("cpu");
  Options options = tiny_options();
  options.training.labels = Labels::pseudo;
  const Dataset dataset = open_dataset("synthetic:12");
  Dataset misnamed = dataset;  // the same images, and every name of camera 1 wrong
  for (Sample& sample : misnamed.samples)
    if (sample.camera == 1) sample.identity = (sample.identity + 1) % 12;
  const ImageSource images = open_images(dataset, {52, 24});
  std::vector<Index> everybody(12);
  for (Index i = 0; i < 12; ++i) everybody[static_cast<std::size_t>(i)] = i;

  Trainer whole(device, options, {dataset, images, everybody, {}});
  CHECK(whole.pairs().size() >= 2);
  std::vector<EmRecord> rounds;
  TrainingObserver observer;
  observer.on_em = [&](const EmRecord& record, const PatchLabels&) { rounds.push_back(record); };
  CHECK(whole.run(observer));
  REQUIRE(rounds.size() == 2);
  CHECK(rounds[1].pairs == static_cast<Index>(whole.pairs().size()));
  CHECK(rounds[1].right == share_right(dataset, whole.pairs()));

  const auto weights = [](Trainer& trainer) {
    std::vector<std::vector<Real>> all;
    for (const auto& [name, parameter] : trainer.model().network->parameters())
      all.push_back(parameter->value.values());
    return all;
  };
  Trainer untold(device, options, {misnamed, images, everybody, {}});
  CHECK(untold.run({}));
  CHECK(weights(untold) == weights(whole));

  const auto checkpoint = triptych::testing::unique_path("pseudo_labels.safetensors");
  std::atomic<bool> stop = false;
  TrainingObserver stopping;
  stopping.stop = &stop;
  stopping.on_em = [&](const EmRecord&, const PatchLabels&) { stop = true; };  // behind the first E step
  Trainer interrupted(device, options, {dataset, images, everybody, {}});
  CHECK_FALSE(interrupted.run(stopping));
  interrupted.save(checkpoint);
  Trainer resumed(device, options, {dataset, images, everybody, {}});
  resumed.resume(checkpoint);
  CHECK(resumed.pairs() == interrupted.pairs());
  CHECK(resumed.run({}));
  CHECK(weights(resumed) == weights(whole));
  std::filesystem::remove(checkpoint);
}

TEST_CASE("training starts from another model's weights, and says which of them do not fit") {
  Device device = Device::open("cpu");
  const Dataset dataset = open_dataset("synthetic:4");
  const ImageSource images = open_images(dataset, {52, 24});
  const auto path = triptych::testing::unique_path("start.safetensors");
  Options other = tiny_options();
  other.training.seed = 99;
  const Model model = make_model(device, other, {});
  save_model(path, model);
  Options options = tiny_options();
  options.training.start = path.string();
  Trainer trainer(device, options, {dataset, images, {0, 1, 2, 3}, {}});
  const ParameterList expected = model.network->parameters(), found = trainer.model().network->parameters();
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(found[i].parameter->value.values() == expected[i].parameter->value.values());
  options.network.hidden = 7;
  CHECK_THROWS_WITH_AS(Trainer(device, options, {dataset, images, {0, 1, 2, 3}, {}}),
                       doctest::Contains("is expected"), Error);
  std::filesystem::remove(path);
}
