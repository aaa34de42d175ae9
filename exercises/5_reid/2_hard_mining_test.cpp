#include "exercises/test.h"

namespace triptych {

// Images on a line: the distance is that of their places.
static std::vector<double> on_a_line(const std::vector<double>& place) {
  std::vector<double> distances;
  for (const double a : place)
    for (const double b : place) distances.push_back((a - b) * (a - b));
  return distances;
}

TEST_CASE("5.2 the furthest friend and the nearest stranger") {
  const std::vector<Triplet> triplets = hard_triplets(on_a_line({0, 1, 4, 6, 9}), {7, 7, 7, 3, 3});
  CHECK(triplets == std::vector<Triplet>{{0, 2, 3}, {1, 2, 3}, {2, 0, 3}, {3, 4, 2}, {4, 3, 2}});
}

TEST_CASE("5.2 the first on a tie, as after a collapse") {
  const std::vector<Triplet> triplets = hard_triplets(on_a_line({5, 5, 5, 5}), {1, 2, 1, 2});
  CHECK(triplets == std::vector<Triplet>{{0, 2, 1}, {1, 3, 0}, {2, 0, 1}, {3, 1, 0}});
  CHECK(hard_triplets(on_a_line({5, 5, 5, 5}), {1, 1, 1, 2}) ==
        std::vector<Triplet>{{0, 1, 3}, {1, 0, 3}, {2, 0, 3}});
}

TEST_CASE("5.2 somebody who is alone is nobody's anchor, and everybody's stranger") {
  CHECK(hard_triplets(on_a_line({0, 1, 2}), {1, 1, 2}) == std::vector<Triplet>{{0, 1, 2}, {1, 0, 2}});
  CHECK(hard_triplets(on_a_line({0, 1, 2}), {1, 1, 1}).empty());
}

}  // namespace triptych
