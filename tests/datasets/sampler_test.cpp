#include "datasets/sampler.h"

#include <map>
#include <numeric>
#include <set>

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

std::vector<Index> identities_from(Index first, Index end) {
  std::vector<Index> identities(static_cast<std::size_t>(end - first));
  std::iota(identities.begin(), identities.end(), first);
  return identities;
}

}  // namespace

TEST_CASE("K = 2 and two cameras: the same people in both halves, camera 0 first") {
  const Dataset dataset = made_up_dataset(11);
  const PkSampler sampler(dataset, identities_from(2, 11), 4, 2, 1);
  CHECK(sampler.steps_per_epoch() == 3);
  CHECK(sampler.batch_size() == 8);
  for (Index epoch = 0; epoch < 4; ++epoch)
    for (Index step = 0; step < 3; ++step) {
      const std::vector<Index> batch = sampler.batch(epoch, step);
      REQUIRE(batch.size() == 8);
      std::set<Index> identities;
      for (std::size_t i = 0; i < 4; ++i) {
        const Sample& a = dataset.samples[static_cast<std::size_t>(batch[i])];
        const Sample& b = dataset.samples[static_cast<std::size_t>(batch[i + 4])];
        CHECK(a.camera == 0);
        CHECK(b.camera == 1);
        CHECK(a.identity == b.identity);
        CHECK(a.identity >= 2);
        identities.insert(a.identity);
      }
      CHECK(identities.size() == 4);  // nobody twice in a batch
    }
}

TEST_CASE("an epoch covers everybody, at most twice; epochs and seeds differ") {
  const Dataset dataset = made_up_dataset(10);
  const PkSampler sampler(dataset, identities_from(0, 10), 4, 2, 1),
      other(dataset, identities_from(0, 10), 4, 2, 2);
  for (Index epoch = 0; epoch < 5; ++epoch) {
    std::map<Index, int> seen;
    for (Index step = 0; step < sampler.steps_per_epoch(); ++step)
      for (const Index i : sampler.batch(epoch, step))
        ++seen[dataset.samples[static_cast<std::size_t>(i)].identity];
    CHECK(seen.size() == 10);
    for (const auto& [identity, count] : seen) CHECK(count <= 4);
  }
  CHECK(sampler.batch(0, 0) == sampler.batch(0, 0));
  CHECK(sampler.batch(0, 0) != sampler.batch(1, 0));
  CHECK(sampler.batch(0, 0) != other.batch(0, 0));
}

TEST_CASE("many cameras and several images: different cameras first, then different images") {
  const Dataset dataset = made_up_dataset(6, 3, 2);
  const PkSampler two(dataset, identities_from(0, 6), 3, 2, 1), six(dataset, identities_from(0, 6), 3, 6, 1);
  std::set<int> cameras_seen;
  for (Index epoch = 0; epoch < 10; ++epoch) {
    const std::vector<Index> batch = two.batch(epoch, 0);
    for (std::size_t i = 0; i < 3; ++i) {
      const Sample& a = dataset.samples[static_cast<std::size_t>(batch[i])];
      const Sample& b = dataset.samples[static_cast<std::size_t>(batch[i + 3])];
      CHECK(a.camera < b.camera);
      CHECK(a.identity == b.identity);
      cameras_seen.insert(a.camera);
      cameras_seen.insert(b.camera);
    }
    const std::vector<Index> all = six.batch(epoch, 1);
    CHECK(std::set<Index>(all.begin(), all.end()).size() == 18);  // all six images of each of three people
  }
  CHECK(cameras_seen.size() == 3);
}

TEST_CASE("a person's images are dealt out: all of them before one comes again") {
  const Dataset dataset = made_up_dataset(5, 2, 6);  // two cameras, six images each
  for (const Index k : {2, 3, 4}) {
    CAPTURE(k);
    const PkSampler sampler(dataset, identities_from(0, 5), 5, k, 1);
    std::map<Index, int> seen;
    std::vector<Index> first_deck, second_deck;
    for (Index epoch = 0; epoch < 12 / k; ++epoch) {
      const std::vector<Index> batch = sampler.batch(epoch, 0), later = sampler.batch(epoch + 12 / k, 0);
      for (const Index i : batch) ++seen[i];
      first_deck.insert(first_deck.end(), batch.begin(), batch.end());
      second_deck.insert(second_deck.end(), later.begin(), later.end());
      for (std::size_t i = 0; i < 5; ++i)  // neighbouring views are of different cameras
        CHECK(dataset.samples[static_cast<std::size_t>(batch[i])].camera !=
              dataset.samples[static_cast<std::size_t>(batch[i + 5])].camera);
    }
    CHECK(seen.size() == 60);
    for (const auto& [image, count] : seen) CHECK(count == 1);
    CHECK(first_deck != second_deck);
  }
}

TEST_CASE("fewer people than P, images that run out") {
  const Dataset dataset = made_up_dataset(3);
  const PkSampler sampler(dataset, identities_from(0, 3), 48, 4, 1);
  CHECK(sampler.identities_per_batch() == 3);
  CHECK(sampler.steps_per_epoch() == 1);
  const std::vector<Index> batch = sampler.batch(0, 0);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(batch[i] == batch[i + 6]);  // cameras 0, 1, 0, 1 with one image each
    CHECK(batch[i] != batch[i + 3]);
  }
}

TEST_CASE("impossible samplers are errors") {
  const Dataset dataset = made_up_dataset(3);
  const std::vector<Index> nobody, stranger = {7};
  CHECK(contains(complaint([&] { PkSampler(dataset, identities_from(0, 3), 0, 2, 1); }), "is empty"));
  CHECK(contains(complaint([&] { PkSampler(dataset, nobody, 4, 2, 1); }), "no training people"));
  CHECK(contains(complaint([&] { PkSampler(dataset, stranger, 4, 2, 1); }), "person 7"));
  CHECK(contains(complaint([&] { PkSampler(dataset, identities_from(0, 3), 2, 2, 1).batch(0, 2); }), "0..1"));
  Dataset testing_only = made_up_dataset(2);
  for (Sample& s : testing_only.samples) s.part = Part::gallery;
  CHECK(contains(complaint([&] { PkSampler(testing_only, identities_from(0, 2), 2, 2, 1); }),
                 "no image to train on"));
}
