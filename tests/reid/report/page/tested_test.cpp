#include "reid/report/page/tested.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/reid/report/page/world.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("a page's people: all of a small protocol, fewer of a large one, with the right images kept") {
  const PageWorld world;
  CHECK(world.tested().query.count == 5);
  Protocol backwards = world.protocol;
  std::ranges::reverse(backwards.gallery);
  const Tested few = embed_tested(world.model, world.dataset, world.images, backwards, 2);
  REQUIRE(few.protocol.query.size() == 2);
  REQUIRE(few.protocol.gallery.size() == 2);
  for (const Index image : few.protocol.gallery)
    CHECK((few.sample(image).identity == few.sample(few.protocol.query[0]).identity ||
           few.sample(image).identity == few.sample(few.protocol.query[1]).identity));
  CHECK(few.name(few.protocol.query[0]) == world.dataset.identity_names[1]);
}

TEST_CASE("a sample of a protocol of several cameras keeps queries that can be answered") {
  // As Market-1501 has them: queries and gallery in the order of the cameras, every person seen by two.
  Dataset dataset;
  dataset.identities = 30, dataset.cameras = 3;
  Protocol protocol;
  for (int camera = 0; camera < 3; ++camera)
    for (Index identity = 0; identity < 30; ++identity) {
      if (identity % 3 == camera) continue;
      for (std::vector<Index>* list : {&protocol.query, &protocol.gallery, &protocol.gallery}) {
        list->push_back(static_cast<Index>(dataset.samples.size()));
        dataset.samples.push_back({identity, camera, {}, Part::any});
      }
    }
  const Protocol few = sampled(dataset, protocol, 12);
  REQUIRE(few.query.size() == 12);
  REQUIRE(few.gallery.size() == 12);
  const Who asking = who_is(dataset, few.query), known = who_is(dataset, few.gallery);
  int answerable = 0;
  for (std::size_t q = 0; q < 12; ++q)
    for (std::size_t g = 0; g < 12; ++g)
      if (asking.identity[q] == known.identity[g] && asking.camera[q] != known.camera[g]) {
        ++answerable;
        break;
      }
  CHECK(answerable == 12);
  CHECK(std::set(asking.identity.begin(), asking.identity.end()).size() == 12);
  CHECK(sampled(dataset, protocol, 200).gallery == protocol.gallery);
  CHECK(sampled(dataset, protocol, 100).query == protocol.query);
  CHECK(sampled(dataset, protocol, 100).gallery.size() == 100);
}
