#include <map>

#include "exercises/test.h"

namespace triptych {

using Places = std::vector<Index>;

TEST_CASE("11.2 consecutive frames, from the first possible start to the last") {
  CHECK(sub_sequence(10, 4, 0) == Places{0, 1, 2, 3});
  CHECK(sub_sequence(10, 4, 0.999) == Places{6, 7, 8, 9});
  CHECK(sub_sequence(4, 4, 0.5) == Places{0, 1, 2, 3});
  CHECK(sub_sequence(5, 1, 0.7) == Places{3});
}

TEST_CASE("11.2 every start is equally likely") {
  std::map<Index, int> starts;
  for (int i = 0; i < 700; ++i) ++starts[sub_sequence(10, 4, (i + 0.5) / 700)[0]];
  CHECK(starts.size() == 7);
  for (const auto& [start, count] : starts) CHECK(count == 100);
}

TEST_CASE("11.2 a short sequence begins again") {
  CHECK(sub_sequence(3, 5, 0) == Places{0, 1, 2, 0, 1});
  CHECK(sub_sequence(3, 5, 0.9) == Places{2, 0, 1, 2, 0});
  CHECK(sub_sequence(1, 3, 0.5) == Places{0, 0, 0});
}

}  // namespace triptych
