#include "datasets/sampler.h"

#include <map>
#include <numeric>
#include <set>

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

std::vector<Index> people_from(Index first, Index end) {
  std::vector<Index> people(static_cast<std::size_t>(end - first));
  std::iota(people.begin(), people.end(), first);
  return people;
}

}  // namespace

TEST_CASE("K = 2 and two cameras: the same people in both halves, camera 0 first") {
  const Dataset dataset = made_up_dataset(11);
  const PkSampler sampler(dataset, people_from(2, 11), 4, 2, 1);
  CHECK(sampler.steps_per_epoch() == 3);
  CHECK(sampler.batch_size() == 8);
  for (Index epoch = 0; epoch < 4; ++epoch)
    for (Index step = 0; step < 3; ++step) {
      const std::vector<Index> batch = sampler.batch(epoch, step);
      REQUIRE(batch.size() == 8);
      std::set<Index> people;
      for (std::size_t i = 0; i < 4; ++i) {
        const Sample& a = dataset.samples[static_cast<std::size_t>(batch[i])];
        const Sample& b = dataset.samples[static_cast<std::size_t>(batch[i + 4])];
        CHECK(a.camera == 0);
        CHECK(b.camera == 1);
        CHECK(a.person == b.person);
        CHECK(a.person >= 2);
        people.insert(a.person);
      }
      CHECK(people.size() == 4);  // nobody twice in a batch
    }
}

TEST_CASE("an epoch covers everybody, at most twice; epochs and seeds differ") {
  const Dataset dataset = made_up_dataset(10);
  const PkSampler sampler(dataset, people_from(0, 10), 4, 2, 1), other(dataset, people_from(0, 10), 4, 2, 2);
  for (Index epoch = 0; epoch < 5; ++epoch) {
    std::map<Index, int> seen;
    for (Index step = 0; step < sampler.steps_per_epoch(); ++step)
      for (const Index i : sampler.batch(epoch, step))
        ++seen[dataset.samples[static_cast<std::size_t>(i)].person];
    CHECK(seen.size() == 10);
    for (const auto& [person, count] : seen) CHECK(count <= 4);
  }
  CHECK(sampler.batch(0, 0) == sampler.batch(0, 0));
  CHECK(sampler.batch(0, 0) != sampler.batch(1, 0));
  CHECK(sampler.batch(0, 0) != other.batch(0, 0));
}

TEST_CASE("many cameras and several pictures: different cameras first, then different pictures") {
  const Dataset dataset = made_up_dataset(6, 3, 2);
  const PkSampler two(dataset, people_from(0, 6), 3, 2, 1), six(dataset, people_from(0, 6), 3, 6, 1);
  std::set<int> cameras_seen;
  for (Index epoch = 0; epoch < 10; ++epoch) {
    const std::vector<Index> batch = two.batch(epoch, 0);
    for (std::size_t i = 0; i < 3; ++i) {
      const Sample& a = dataset.samples[static_cast<std::size_t>(batch[i])];
      const Sample& b = dataset.samples[static_cast<std::size_t>(batch[i + 3])];
      CHECK(a.camera < b.camera);
      CHECK(a.person == b.person);
      cameras_seen.insert(a.camera);
      cameras_seen.insert(b.camera);
    }
    const std::vector<Index> all = six.batch(epoch, 1);
    CHECK(std::set<Index>(all.begin(), all.end()).size() == 18);  // all six pictures of each of three people
  }
  CHECK(cameras_seen.size() == 3);
}

TEST_CASE("fewer people than P, pictures that run out") {
  const Dataset dataset = made_up_dataset(3);
  const PkSampler sampler(dataset, people_from(0, 3), 48, 4, 1);
  CHECK(sampler.people_per_batch() == 3);
  CHECK(sampler.steps_per_epoch() == 1);
  const std::vector<Index> batch = sampler.batch(0, 0);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(batch[i] == batch[i + 6]);  // cameras 0, 1, 0, 1 with one picture each
    CHECK(batch[i] != batch[i + 3]);
  }
}

TEST_CASE("impossible samplers are errors") {
  const Dataset dataset = made_up_dataset(3);
  const std::vector<Index> nobody, stranger = {7};
  CHECK(contains(complaint([&] { PkSampler(dataset, people_from(0, 3), 0, 2, 1); }), "is empty"));
  CHECK(contains(complaint([&] { PkSampler(dataset, nobody, 4, 2, 1); }), "no training people"));
  CHECK(contains(complaint([&] { PkSampler(dataset, stranger, 4, 2, 1); }), "person 7"));
  CHECK(contains(complaint([&] { PkSampler(dataset, people_from(0, 3), 2, 2, 1).batch(0, 2); }), "0..1"));
  Dataset testing_only = made_up_dataset(2);
  for (Sample& s : testing_only.samples) s.part = Part::gallery;
  CHECK(contains(complaint([&] { PkSampler(testing_only, people_from(0, 2), 2, 2, 1); }),
                 "no picture to train on"));
}
