#include <set>

#include "engine/random.h"
#include "exercises/test.h"

namespace triptych {

// Identity p of 0 .. 7 was seen by both cameras, four times by camera 1; 8 by camera 0 alone and 9 by camera
// 1 alone.
static std::vector<Seen> street() {
  std::vector<Seen> images;
  for (int p = 0; p < 8; ++p)
    for (const int camera : {1, 0, 1, 1, 1}) images.push_back({p, camera});
  images.push_back({8, 0}), images.push_back({9, 1});
  return images;
}

TEST_CASE("4.1 the same people in both halves, in the same order, by different cameras") {
  const std::vector<Seen> images = street();
  for (int seed = 0; seed < 20; ++seed) {
    const std::vector<int> batch = cross_camera_batch(images, 5, Random(seed));
    REQUIRE(batch.size() == 10);
    std::set<int> identities;
    for (int i = 0; i < 5; ++i) {
      const Seen &first = images[batch[i]], &second = images[batch[5 + i]];
      CHECK(first.camera == 0);
      CHECK(second.camera == 1);
      CHECK(first.identity == second.identity);
      identities.insert(first.identity);
    }
    CHECK(identities.size() == 5);
  }
}

TEST_CASE("4.1 everybody useful comes, and every image of theirs; the others never") {
  const std::vector<Seen> images = street();
  std::set<int> drawn;
  for (int seed = 0; seed < 400; ++seed)
    for (const int i : cross_camera_batch(images, 3, Random(seed))) drawn.insert(i);
  CHECK(drawn.size() == 40);
  CHECK(drawn.count(40) + drawn.count(41) == 0);
}

TEST_CASE("4.1 a wish for more people than there are; one seed, one batch") {
  const std::vector<Seen> images = street();
  CHECK(cross_camera_batch(images, 100, Random(1)).size() == 16);
  CHECK(cross_camera_batch(images, 5, Random(1)) == cross_camera_batch(images, 5, Random(1)));
  CHECK(cross_camera_batch(images, 5, Random(1)) != cross_camera_batch(images, 5, Random(2)));
}

}  // namespace triptych
