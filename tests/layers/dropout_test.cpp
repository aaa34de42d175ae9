#include "layers/dropout.h"

#include "engine/error.h"
#include "tests/layers/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("dropout: drops its share, scales the rest, keeps the mean") {
  for (const Device& device : devices()) {
    Random random(1);
    const Tensor ones = Tensor::filled(device, {100, 200}, Real(1));
    const std::vector<Real> y = Dropout(0.25)(ones, Mode::train, random).value.values();
    Index dropped = 0;
    for (const Real value : y) {
      if (value == 0)
        ++dropped;
      else
        CHECK(value == doctest::Approx(1 / 0.75));
    }
    CHECK(double(dropped) / 20000 == doctest::Approx(0.25).epsilon(0.05));
  }
}

TEST_CASE("dropout: inference and a rate of 0 pass x through and draw nothing") {
  Random random(1);
  const Tensor x = random_tensor(reference_device(), {3, 4}, 1);
  CHECK(Dropout(0.5)(x, Mode::infer, random).value.values() == x.values());
  CHECK(Dropout(0)(x, Mode::train, random).value.values() == x.values());
  CHECK(random.position() == 0);
}

TEST_CASE("dropout: the mask follows the generator, on every device alike") {
  const std::vector<Real> none(64, 0);
  std::vector<Real> expected;
  for (const Device& device : devices()) {
    const Tensor ones = Tensor::filled(device, {64}, Real(1));
    Random random(7, 3), again(7, 3);
    const std::vector<Real> first = Dropout(0.5)(ones, Mode::train, random).value.values();
    const std::vector<Real> second = Dropout(0.5)(ones, Mode::train, random).value.values();
    CHECK(first != second);  // each call draws anew
    CHECK(first == Dropout(0.5)(ones, Mode::train, again).value.values());
    if (expected.empty()) expected = first;
    CHECK(first == expected);
    CHECK(first != none);
  }
}

TEST_CASE("dropout: a rate that is no probability is refused") {
  CHECK_THROWS_WITH_AS(Dropout(1), "Dropout: rate 1 is not within 0 (keep all) and 1 (exclusive)", Error);
  CHECK_THROWS_AS(Dropout(-0.1), Error);
  CHECK_THROWS_AS(Dropout(std::nan("")), Error);
}

#ifdef TRIPTYCH_DOUBLE
TEST_CASE("dropout: gradient check") {
  check_layer(
      [](const Variable& x) {
        Random random(5);  // the same mask at every call
        return Dropout(0.4)(x, Mode::train, random);
      },
      {6, 7}, {});
}
#endif
