#include <cmath>
#include <limits>

#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("functions of one number, by hand") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {3}, {4, 0.25, 1});
    CHECK(sqrt(x).value.values() == std::vector<Real>{2, 0.5, 1});
    CHECK(pow(x, Real(0.5)).value.values() == std::vector<Real>{2, 0.5, 1});
    CHECK(pow(x, -1).value.values() == std::vector<Real>{0.25, 4, 1});
    CHECK(log(x).value.values()[0] == doctest::Approx(1.3862944));
    CHECK(exp(x).value.values()[0] == doctest::Approx(54.59815));
    CHECK(abs(tensor(device, {3}, {-2, 0, 3})).value.values() == std::vector<Real>{2, 0, 3});
    CHECK(clamp(tensor(device, {3}, {-2, 0, 3}), -1, 2).value.values() == std::vector<Real>{-1, 0, 2});
    CHECK(message_of([&] { clamp(x, 2, 1); }) == "clamp takes a lower bound and an upper one, not 2 and 1");
  }
}

TEST_CASE("slopes at the corners") {
  for (const Device& device : devices()) {
    Tape tape;
    const Variable x = tape.input(tensor(device, {4}, {-1, 0, 2, 5}), true);
    tape.backward(sum(abs(x) + 10 * clamp(x, -1, 2) + 100 * pow(x, 0)));
    CHECK(tape.gradient(x).values() == std::vector<Real>{9, 10, 11, 1});
  }
}

TEST_CASE("NaN passes through every function") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {1}, {std::numeric_limits<Real>::quiet_NaN()});
    for (const Variable& y : {exp(x), log(x), sqrt(x), abs(x), pow(x, 2), clamp(x, -1, 1)})
      CHECK(std::isnan(y.value.item()));
  }
}
