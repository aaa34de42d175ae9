#include <set>

#include "engine/random.h"
#include "exercises/test.h"

namespace triptych {

static std::vector<Seen> crowd() {  // 20 people with 2 to 5 images
  std::vector<Seen> images;
  for (int p = 0; p < 20; ++p)
    for (int k = 0; k < 2 + p % 4; ++k) images.push_back({100 + p, k % 2});
  return images;
}

TEST_CASE("4.3 nobody is on both sides, and every image is on one") {
  const std::vector<Seen> images = crowd();
  for (int seed = 0; seed < 10; ++seed) {
    const Sides sides = split_identities(images, 0.5, Random(seed));
    std::set<int> train, test, all;
    for (const int i : sides.train) train.insert(images[i].identity), all.insert(i);
    for (const int i : sides.test) {
      all.insert(i);
      test.insert(images[i].identity);
      CHECK_MESSAGE(!train.contains(images[i].identity), "person ", images[i].identity,
                    " trains and is tested");
    }
    CHECK(train.size() == 10);
    CHECK(test.size() == 10);
    CHECK(all.size() == images.size());
    CHECK(sides.train.size() + sides.test.size() == images.size());
  }
}

TEST_CASE("4.3 the share is one of people, and the seed decides who") {
  const std::vector<Seen> images = crowd();
  std::set<int> train;
  const Sides sides = split_identities(images, 0.2, Random(5));
  for (const int i : sides.train) train.insert(images[i].identity);
  CHECK(train.size() == 4);
  for (const double share : {0.48, 0.5, 0.52}) {  // 9.6, 10 and 10.4 of 20
    std::set<int> rounded;
    for (const int i : split_identities(images, share, Random(7)).train) rounded.insert(images[i].identity);
    CAPTURE(share);
    CHECK(rounded.size() == 10);
  }
  CHECK(split_identities(images, 0.2, Random(5)).train == sides.train);
  CHECK(split_identities(images, 0.2, Random(6)).train != sides.train);
}

}  // namespace triptych
