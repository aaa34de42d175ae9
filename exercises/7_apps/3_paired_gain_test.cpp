#include "engine/random.h"
#include "exercises/test.h"

namespace triptych {

TEST_CASE("7.3 splits that differ by 20 points, a gain of 2 on each: no doubt at all") {
  const std::vector<double> theirs = {40, 60, 50, 45}, ours = {42, 62, 52, 47};
  CHECK(paired(ours, theirs, 1).mean == doctest::Approx(2));
  CHECK(paired(ours, theirs, 1).standard_error == doctest::Approx(0).scale(1));
}

TEST_CASE("7.3 gains of 1, 2 and 3: the naive error, and the corrected one for halves and for thirds") {
  const std::vector<double> theirs = {10, 30, 20}, ours = {11, 32, 23};
  CHECK(paired(ours, theirs, 0).mean == doctest::Approx(2));
  CHECK(paired(ours, theirs, 0).standard_error == doctest::Approx(0.57735026918962573));   // 1 / sqrt(3)
  CHECK(paired(ours, theirs, 1).standard_error == doctest::Approx(1.1547005383792515));    // sqrt(1/3 + 1)
  CHECK(paired(ours, theirs, 0.5).standard_error == doctest::Approx(0.9128709291752769));  // sqrt(1/3 + 1/2)
  CHECK(paired(theirs, ours, 1).mean == doctest::Approx(-2));
}

TEST_CASE(
    "7.3 equal methods: the naive error calls more than half of them different, and more splits make it "
    "worse") {
  const double naive = false_alarms(2000, 10, 0, Random(1));
  CHECK(naive > 0.48);
  CHECK(naive < 0.62);
  CHECK(false_alarms(2000, 40, 0, Random(2)) > 0.7);
}

TEST_CASE("7.3 the corrected error calls few of them different, for any number of splits") {
  for (const int splits : {10, 40}) {
    const double corrected = false_alarms(2000, splits, 1, Random(3));
    CAPTURE(splits);
    CHECK(corrected > 0.025);
    CHECK(corrected < 0.1);
  }
}

}  // namespace triptych
