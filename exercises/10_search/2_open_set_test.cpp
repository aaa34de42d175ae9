#include <cmath>

#include "exercises/test.h"

namespace triptych {

// Ten searches, in no order: impostors at 1, 2, ... 10.
static const std::vector<Search> training = {{0.4, 7}, {2, 3},   {9, 10}, {5, 1}, {1, 6},
                                             {3, 2},   {0.5, 9}, {8, 8},  {1, 4}, {2, 5}};
static const std::vector<Search> test = {{0.5, 1}, {1.5, 2.5}, {2.5, 2}, {3.5, 6},
                                         {2, 2},   {0.1, 9},   {7, 8},   {1, 3}};

TEST_CASE("10.2 the threshold is the training people's") {
  CHECK(open_set(training, test, 0).threshold == 1);
  CHECK(open_set(training, test, 0.1).threshold == 2);
  CHECK(open_set(training, test, 0.19).threshold == 2);
  CHECK(open_set(training, test, 0.3).threshold == 4);
  CHECK(open_set(training, test, 0.9).threshold == 10);
  CHECK(std::isinf(open_set(training, test, 1).threshold));
  const std::vector<Search> ties = {{0, 1}, {0, 1}, {0, 1}, {0, 2}};
  CHECK(open_set(ties, test, 0.25).threshold == 1);  // at 2 three of the four would raise an alarm
}

TEST_CASE("10.2 who is found, by hand") {
  // Threshold 3. Right and near enough: 0.5, 1.5, 0.1 and 1; 2.5 has an impostor before it, 2 one beside it.
  const OpenSet at = open_set(training, test, 0.2);
  CHECK(at.threshold == 3);
  CHECK(at.tpir == doctest::Approx(4.0 / 8));
  CHECK(at.false_alarms == doctest::Approx(4.0 / 8));  // impostors at 1, 2.5, 2 and 2; 3 is not less than 3
  CHECK(open_set(training, test, 0).tpir == doctest::Approx(2.0 / 8));  // 0.5 and 0.1
  CHECK(open_set(training, test, 0).false_alarms == 0);
  CHECK(open_set(training, test, 1).tpir == doctest::Approx(6.0 / 8));  // rank 1 of a closed set
  CHECK(open_set(training, test, 1).false_alarms == 1);
}

}  // namespace triptych
