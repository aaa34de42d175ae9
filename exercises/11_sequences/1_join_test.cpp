#include "exercises/test.h"

namespace triptych {

using Sequences = std::vector<std::vector<Index>>;

TEST_CASE("11.1 frames are in the order of their numbers") {
  const std::vector<Frame> frames = {{"anna", 1, 1, 7}, {"anna", 1, 1, 3}, {"anna", 1, 1, 100}};
  CHECK(join_frames(frames) == Sequences{{1, 0, 2}});
}

TEST_CASE("11.1 a sequence is of one person by one camera") {
  const std::vector<Frame> frames = {{"ben", 2, 1, 1},  {"anna", 1, 1, 2}, {"ben", 2, 1, 2},
                                     {"anna", 2, 1, 1}, {"anna", 1, 2, 1}, {"anna", 1, 1, 1}};
  CHECK(join_frames(frames) == Sequences{{0, 2}, {5, 1}, {3}, {4}});
}

TEST_CASE("11.1 strangers stay by themselves") {
  const std::vector<Frame> frames = {{"", 1, 1, 2}, {"anna", 1, 1, 2}, {"", 1, 1, 1}, {"anna", 1, 1, 1}};
  CHECK(join_frames(frames) == Sequences{{0}, {3, 1}, {2}});
}

TEST_CASE("11.1 no frames, no sequences") {
  CHECK(join_frames({}).empty());
}

}  // namespace triptych
