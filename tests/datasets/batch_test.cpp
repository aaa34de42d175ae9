#include "datasets/batch.h"

#include <cmath>

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

struct Fixture {
  Dataset dataset = made_up_dataset(7);
  ImageSource images{12, 8, images_of(14, 12, 8, noise_image(14 * 12, 8, 1).pixels)};
  std::vector<Index> identities = {0, 1, 2, 3, 4, 5, 6};
  CameraNormalisation normalisation = {};

  BatchSource source(int threads, bool ahead, const AugmentOptions& options = {}) const {
    return BatchSource(dataset, images, PkSampler(dataset, identities, 3, 2, 11), options, normalisation, 10,
                       6, 11, threads, ahead);
  }
};

void check_equal(const Batch& a, const Batch& b) {
  CHECK(a.samples == b.samples);
  CHECK(a.labels == b.labels);
  CHECK(a.cameras == b.cameras);
  CHECK(a.pixels == b.pixels);
}

}  // namespace

TEST_CASE("the same batches with 1 and 3 threads, ahead or not") {
  const Fixture f;
  BatchSource plain = f.source(1, false), threads = f.source(3, false), ahead = f.source(2, true);
  for (Index epoch = 0; epoch < 3; ++epoch)
    for (Index step = 0; step < plain.sampler().steps_per_epoch(); ++step) {
      const Batch& expected = plain.batch(epoch, step);
      CHECK(expected.size == 6);
      check_equal(threads.batch(epoch, step), expected);
      check_equal(ahead.batch(epoch, step), expected);
    }
}

TEST_CASE("a source that starts in the middle gives the same batch as one that came there step by step") {
  const Fixture f;
  BatchSource walked = f.source(1, true), jumped = f.source(1, true);
  for (Index step = 0; step < 3; ++step) walked.batch(0, step);
  walked.batch(1, 0);
  check_equal(jumped.batch(1, 1), walked.batch(1, 1));
  check_equal(jumped.batch(0, 1), walked.batch(0, 1));  // back again, while another batch is being built
}

TEST_CASE("labels, cameras and pixels belong together") {
  const Fixture f;
  AugmentOptions off;
  off.random_crop = false;
  off.flip = off.scale = off.rotation = off.shift = 0;
  off.channel_gain = off.channel_offset = off.brightness = off.contrast = off.erase = 0;
  BatchSource source = f.source(1, false, off);
  const Batch& batch = source.batch(2, 1);
  const std::vector<Real> crops = centre_crops(f.images, batch.samples, {}, 10, 6, 2);
  CHECK(batch.pixels == crops);
  for (std::size_t i = 0; i < batch.samples.size(); ++i) {
    const Sample& s = f.dataset.samples[static_cast<std::size_t>(batch.samples[i])];
    CHECK(batch.labels[i] == s.identity);
    CHECK(batch.cameras[i] == s.camera);
  }
}

TEST_CASE("an image looks different in every step") {
  const Fixture f;
  BatchSource source = f.source(1, false);
  const std::vector<Real> first = source.batch(0, 0).pixels;
  CHECK(source.batch(1, 0).pixels != first);
  CHECK(source.batch(0, 0).pixels == first);
}

TEST_CASE("a crop that does not fit is an error before any thread starts") {
  const Fixture f;
  CHECK(contains(complaint([&] {
                   BatchSource(f.dataset, f.images, PkSampler(f.dataset, f.identities, 3, 2, 1), {}, {}, 13,
                               6, 1, 2, true);
                 }),
                 "13 x 6"));
  CHECK_THROWS_AS(centre_crops(f.images, f.identities, {}, 10, 9, 2), Error);
}

TEST_CASE("two people exchange what is below one height, in both cameras; the third of three has nobody") {
  const Fixture f;
  AugmentOptions options, exchanged;
  exchanged.exchange = 1;
  BatchSource plain = f.source(1, false, options), mixed = f.source(2, true, exchanged);
  const Batch before = plain.batch(0, 0);
  const Batch& after = mixed.batch(0, 0);
  CHECK(after.samples == before.samples);
  CHECK(after.lower == std::vector<Index>{1, 0, 2, 4, 3, 5});
  REQUIRE(after.cut[0] < 10);
  CHECK(after.cut == std::vector<Index>{after.cut[0], after.cut[0], 10, after.cut[0], after.cut[0], 10});
  const Index row = 6 * 3;
  for (Index i = 0; i < 6; ++i)
    for (Index k = 0; k < 10 * row; ++k) {
      const auto at = static_cast<std::size_t>(i);
      const Index from = k / row < after.cut[at] ? i : after.lower[at];
      REQUIRE(after.pixels[static_cast<std::size_t>(i * 10 * row + k)] ==
              before.pixels[static_cast<std::size_t>(from * 10 * row + k)]);
    }
  CHECK(before.lower == std::vector<Index>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("each camera's images are normalised by that camera's numbers") {
  Fixture f;
  std::vector<int> cameras;
  for (const Sample& sample : f.dataset.samples) cameras.push_back(sample.camera);
  f.images.set_cameras(cameras);
  AugmentOptions off;
  off.random_crop = false;
  off.flip = off.scale = off.rotation = off.shift = 0;
  off.channel_gain = off.channel_offset = off.brightness = off.contrast = off.erase = 0;
  BatchSource plain = f.source(1, false, off);
  const Batch before = plain.batch(0, 0);
  f.normalisation.cameras = {Normalisation{}, Normalisation{{1, 1, 1}, {2, 2, 2}}};
  BatchSource source = f.source(1, false, off);
  const Batch& after = source.batch(0, 0);
  const std::size_t half = after.pixels.size() / 2;  // of camera 0; the rest is of camera 1
  for (std::size_t k = 0; k < half; ++k) {
    REQUIRE(after.pixels[k] == before.pixels[k]);
    REQUIRE(after.pixels[half + k] ==
            doctest::Approx((static_cast<double>(before.pixels[half + k]) - 1) / 2));
  }
  const Index first = after.samples[0], second = after.samples[3];
  const std::vector<Index> both = {first, second};
  const std::vector<Real> crops = centre_crops(f.images, both, f.normalisation, 10, 6, 1);
  CHECK(crops[0] == after.pixels[0]);
  CHECK(crops[10 * 6 * 3] == after.pixels[half]);
}

TEST_CASE("occluders: one image of a person at most, hidden by somebody else seen by the same camera") {
  const Fixture f;
  AugmentOptions options;
  options.occlude_least = options.occlude_most = 0.3;
  BatchSource whole = f.source(1, false, options);
  options.occlude = 1;
  BatchSource hidden = f.source(2, true, options);
  for (Index epoch = 0; epoch < 4; ++epoch) {
    const Batch before = whole.batch(epoch, 0);
    const Batch& after = hidden.batch(epoch, 0);
    CHECK(before.occluder == std::vector<Rectangle>(6));
    for (std::size_t person = 0; person < 3; ++person)  // entries person and person + 3
      CHECK(after.occluder[person].empty() != after.occluder[person + 3].empty());
    const Index image = before.height * before.width * 3;
    for (Index i = 0; i < 6; ++i) {
      const Rectangle r = after.occluder[static_cast<std::size_t>(i)];
      for (Index y = 0; y < before.height; ++y)
        for (Index x = 0; x < before.width; ++x) {
          const bool inside = y >= r.top && y < r.top + r.height && x >= r.left && x < r.left + r.width;
          const Index at = i * image + (y * before.width + x) * 3;
          const Real value = after.pixels[static_cast<std::size_t>(at)];
          if (!inside) CHECK(value == before.pixels[static_cast<std::size_t>(at)]);
          if (!inside) continue;
          bool found = false;  // in the image of another person, of the same half: the same camera
          for (Index other = i / 3 * 3; other < i / 3 * 3 + 3; ++other)
            for (Index k = 0; other != i && k < image; k += 3)
              found = found || before.pixels[static_cast<std::size_t>(other * image + k)] == value;
          CHECK(found);
        }
    }
  }
}

TEST_CASE("occluders: with probability 0 and 1/2, and between two people") {
  const Fixture f;
  Batch batch = f.source(1, false).batch(0, 0);
  const std::vector<Real> before = batch.pixels;
  AugmentOptions options;
  paste_occluders(batch, 3, options, Random(1));
  CHECK(batch.pixels == before);
  options.occlude = 0.5;
  int hidden = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    paste_occluders(batch, 3, options, Random(seed));
    for (const Rectangle& r : batch.occluder) hidden += !r.empty();
  }
  CHECK((hidden > 110 && hidden < 190));
  options.occlude = 1;
  paste_occluders(batch, 2, options, Random(1));  // as three images of two people, neighbours both
  CHECK(std::ranges::any_of(batch.occluder, [](const Rectangle& r) { return !r.empty(); }));
}

TEST_CASE("a batch of sequences holds consecutive frames, all cropped, mirrored and coloured alike") {
  // Sequences of 5, 2 and 5 frames for each of two people; every frame is of one grey, which its
  // number decides.
  std::vector<Image> grey;
  Dataset dataset = made_up_dataset(2, 2);
  std::vector<Index> lengths;
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
    lengths.push_back(i == 1 ? 2 : 5);
    for (Index k = 0; k < lengths.back(); ++k)
      grey.push_back(even_image(12, 8, static_cast<std::uint8_t>(60 + 100 * (i == 1) + 10 * k)));
  }
  ImageSource images(12, 8, std::move(grey));
  images.join(lengths);
  CHECK(images.count() == 4);
  CHECK(images.image(0)->pixels[0] == 80);  // the frame in the middle
  CHECK(images.image(1)->pixels[0] == 170);
  CHECK(images.frames().count() == 17);
  CHECK(images.hash(0) == images.hash(2));
  CHECK(images.hash(0) != images.hash(1));
  AugmentOptions plain;
  plain.brightness = plain.contrast = plain.channel_gain = plain.channel_offset = plain.erase = 0;
  const std::vector<Index> both = {0, 1};
  const auto batch_at = [&](Index epoch, const AugmentOptions& options) {
    BatchSource source(dataset, images, PkSampler(dataset, both, 2, 2, 11), options, {}, 10, 6, 3, 1, false,
                       3);
    return source.batch(epoch, 0);
  };
  std::set<int> starts;
  const std::size_t image = 10 * 6 * 3;
  for (Index epoch = 0; epoch < 30; ++epoch) {
    const Batch batch = batch_at(epoch, plain);
    REQUIRE(batch.frames == 3);
    REQUIRE(batch.pixels.size() == 4 * 3 * image);
    for (std::size_t i = 0; i < 4; ++i) {
      const auto level = [&](std::size_t k) {
        return static_cast<int>(std::lround(25.5 * static_cast<double>(batch.pixels[(i * 3 + k) * image]))) -
               6;
      };
      const int first = level(0);
      if (batch.samples[i] == 1) {  // of two frames: it begins again
        CHECK(level(2) == first);
        CHECK(level(1) == (first == 10 ? 11 : 10));
        continue;
      }
      starts.insert(first);
      CHECK(level(1) == first + 1);
      CHECK(level(2) == first + 2);
    }
  }
  CHECK(starts == std::set<int>{0, 1, 2});
  AugmentOptions coloured = plain;
  coloured.brightness = 0.1, coloured.channel_gain = 0;
  const Batch before = batch_at(0, plain), after = batch_at(0, coloured);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t k = 1; k < 3; ++k)
      CHECK(after.pixels[(i * 3 + k) * image] - before.pixels[(i * 3 + k) * image] ==
            doctest::Approx(after.pixels[i * 3 * image] - before.pixels[i * 3 * image]).epsilon(1e-3));
}
