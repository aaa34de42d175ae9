#include "exercises/test.h"

namespace triptych {

static double after(Descent run, int steps) {
  for (int i = 0; i < steps; ++i) run.step();
  return run.weight();
}

TEST_CASE("7.1 killed after any step and resumed, the run ends in the same bits") {
  const double never_killed = after(Descent(1), 30);
  for (int killed = 0; killed <= 30; ++killed) {
    Descent first(1);
    for (int i = 0; i < killed; ++i) first.step();
    Descent second(1);
    second.restore(first.save());
    CAPTURE(killed);
    CHECK(after(second, 30 - killed) == never_killed);
  }
}

TEST_CASE("7.1 the run itself is what it was") {
  CHECK(after(Descent(1), 300) == doctest::Approx(3).epsilon(0.2));
  CHECK(after(Descent(1), 30) != after(Descent(2), 30));
}

}  // namespace triptych
