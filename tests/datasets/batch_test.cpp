#include "datasets/batch.h"

#include <cmath>

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

struct Fixture {
  Dataset dataset = made_up_dataset(7);
  PictureSet pictures{14, 12, 8, noise_picture(14 * 12, 8, 1).pixels};
  std::vector<Index> people = {0, 1, 2, 3, 4, 5, 6};

  BatchSource source(int threads, bool ahead, const AugmentOptions& options = {}) const {
    return BatchSource(dataset, pictures, PkSampler(dataset, people, 3, 2, 11), options, 10, 6, 11, threads,
                       ahead);
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
  const std::vector<Real> crops = centre_crops(f.pictures, batch.samples, {}, 10, 6, 2);
  CHECK(batch.pixels == crops);
  for (std::size_t i = 0; i < batch.samples.size(); ++i) {
    const Sample& s = f.dataset.samples[static_cast<std::size_t>(batch.samples[i])];
    CHECK(batch.labels[i] == s.person);
    CHECK(batch.cameras[i] == s.camera);
  }
}

TEST_CASE("a picture looks different in every step") {
  const Fixture f;
  BatchSource source = f.source(1, false);
  const std::vector<Real> first = source.batch(0, 0).pixels;
  CHECK(source.batch(1, 0).pixels != first);
  CHECK(source.batch(0, 0).pixels == first);
}

TEST_CASE("a crop that does not fit is an error before any thread starts") {
  const Fixture f;
  CHECK(contains(complaint([&] {
                   BatchSource(f.dataset, f.pictures, PkSampler(f.dataset, f.people, 3, 2, 1), {}, 13, 6, 1,
                               2, true);
                 }),
                 "13 x 6"));
  CHECK_THROWS_AS(centre_crops(f.pictures, f.people, {}, 10, 9, 2), Error);
}
