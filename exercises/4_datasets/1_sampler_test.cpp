#include <set>

#include "engine/random.h"
#include "exercises/test.h"

namespace triptych {

// Person p of 0 .. 7 was seen by both cameras, twice by camera 1; 8 by camera 0 alone and 9 by camera 1 alone.
static std::vector<Seen> street() {
  std::vector<Seen> pictures;
  for (int p = 0; p < 8; ++p)
    for (const int camera : {1, 0, 1}) pictures.push_back({p, camera});
  pictures.push_back({8, 0}), pictures.push_back({9, 1});
  return pictures;
}

TEST_CASE("4.1 the same people in both halves, in the same order, by different cameras") {
  const std::vector<Seen> pictures = street();
  for (int seed = 0; seed < 20; ++seed) {
    const std::vector<int> batch = cross_camera_batch(pictures, 5, Random(seed));
    REQUIRE(batch.size() == 10);
    std::set<int> people;
    for (int i = 0; i < 5; ++i) {
      const Seen &first = pictures[batch[i]], &second = pictures[batch[5 + i]];
      CHECK(first.camera == 0);
      CHECK(second.camera == 1);
      CHECK(first.person == second.person);
      people.insert(first.person);
    }
    CHECK(people.size() == 5);
  }
}

TEST_CASE("4.1 everybody useful comes, and every picture of theirs; the others never") {
  const std::vector<Seen> pictures = street();
  std::set<int> drawn;
  for (int seed = 0; seed < 100; ++seed)
    for (const int i : cross_camera_batch(pictures, 3, Random(seed))) drawn.insert(i);
  CHECK(drawn.size() == 24);
  CHECK(drawn.count(24) + drawn.count(25) == 0);
}

TEST_CASE("4.1 a wish for more people than there are; one seed, one batch") {
  const std::vector<Seen> pictures = street();
  CHECK(cross_camera_batch(pictures, 100, Random(1)).size() == 16);
  CHECK(cross_camera_batch(pictures, 5, Random(1)) == cross_camera_batch(pictures, 5, Random(1)));
  CHECK(cross_camera_batch(pictures, 5, Random(1)) != cross_camera_batch(pictures, 5, Random(2)));
}

}  // namespace triptych
