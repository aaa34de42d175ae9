#include "reid/evaluation/protocol.h"

#include <doctest/doctest.h>

using namespace triptych;

namespace {

// As PRID 2011 has them: two people seen by both cameras, one by the first alone, two by the second alone.
Dataset small_prid() {
  Dataset dataset;
  dataset.identities = 2, dataset.cameras = 2;
  for (const auto& [identity, camera] :
       {std::pair(0, 0), {1, 0}, {-1, 0}, {0, 1}, {1, 1}, {-1, 1}, {-1, 1}}) {
    Sample sample;
    sample.identity = identity, sample.camera = camera;
    dataset.samples.push_back(sample);
  }
  return dataset;
}

// Four people, three cameras, as a set with its own split has them: 0 and 1 train, 2 and 3 are queries and
// gallery.
Dataset small_market() {
  Dataset dataset;
  dataset.identities = 4, dataset.cameras = 3;
  for (Index identity = 0; identity < 4; ++identity)
    for (int camera = 0; camera < 3; ++camera)
      for (int shot = 0; shot < 2; ++shot) {
        Sample sample;
        sample.identity = identity, sample.camera = camera;
        sample.part = identity < 2 ? Part::train : shot == 0 ? Part::query : Part::gallery;
        dataset.samples.push_back(sample);
      }
  Sample nobody;
  nobody.identity = distractor, nobody.camera = 1, nobody.part = Part::gallery;
  dataset.samples.push_back(nobody);
  return dataset;
}

}  // namespace

TEST_CASE("pair protocol: one image of each person in the gallery, one from another camera in the queries") {
  const Dataset dataset = small_market();
  const std::vector<Index> tested = {2, 3};
  bool differs = false;
  for (int draw = 0; draw < 10; ++draw) {
    const Protocol protocol = pair_protocol(dataset, tested, 1, draw);
    REQUIRE(protocol.gallery.size() == 2);
    REQUIRE(protocol.query.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
      const Sample& g = dataset.samples[static_cast<std::size_t>(protocol.gallery[i])];
      const Sample& q = dataset.samples[static_cast<std::size_t>(protocol.query[i])];
      CHECK(g.identity == tested[i]);
      CHECK(q.identity == tested[i]);
      CHECK(g.camera != q.camera);
    }
    differs = differs || protocol.query != pair_protocol(dataset, tested, 1, 0).query;
    CHECK(protocol.query == pair_protocol(dataset, tested, 1, draw).query);
  }
  CHECK(differs);  // another draw, another pair
}

TEST_CASE("pair protocol: training people that are held out can be tested, too") {
  CHECK(pair_protocol(small_market(), std::vector<Index>{0, 1}, 1, 0).query.size() == 2);
}

TEST_CASE("fixed protocol: the set's own queries and gallery, strangers included") {
  const Protocol protocol = fixed_protocol(small_market());
  CHECK(protocol.query.size() == 6);
  CHECK(protocol.gallery.size() == 7);
}

TEST_CASE("distractors are on the gallery's side in both directions") {
  const Dataset dataset = small_prid();
  const Protocol protocol = camera_protocol(dataset, std::vector<Index>{0, 1}, 0, 1);
  CHECK(protocol.gallery == std::vector<Index>{0, 1, 2});
  CHECK(protocol.query == std::vector<Index>{3, 4});
  const Protocol other = reversed(dataset, protocol);
  CHECK(other.query == std::vector<Index>{0, 1});
  CHECK(other.gallery == std::vector<Index>{3, 4, 5, 6});
  const Protocol direct = camera_protocol(dataset, std::vector<Index>{0, 1}, 1, 0);
  CHECK(direct.query == other.query);
  CHECK(direct.gallery == other.gallery);

  // Rows of one number: gallery, queries, the query's distractors. The second person's row is nearer to a
  // distractor of either camera than to its own other image.
  Device device = Device::open("cpu");
  const std::vector<Real> rows = {0, 10, Real(12.5), 1, 13, Real(9.5), 50};
  const Evaluation evaluation = evaluate_rows(device, dataset, protocol, rows, 1, true);
  CHECK(evaluation.result.first_rank == std::vector<std::int32_t>{1, 2});
  CHECK(evaluation.result.gallery == 3);
  REQUIRE(evaluation.reverse);
  CHECK(evaluation.reverse->first_rank == std::vector<std::int32_t>{1, 2});
  CHECK(evaluation.reverse->gallery == 4);
  CHECK(evaluation.reverse->gallery_identities == 2);
  REQUIRE(evaluation.result.nearest.size() == 2);
  CHECK(evaluation.result.nearest[1][0].place == 2);
}
