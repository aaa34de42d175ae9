#include "reid/report/page/tested.h"

#include <doctest/doctest.h>

#include <algorithm>

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
    CHECK((few.sample(image).identity == 1 || few.sample(image).identity == 3));
  CHECK(few.name(few.protocol.query[0]) == world.dataset.identity_names[1]);
}
