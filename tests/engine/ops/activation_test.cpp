#include <cmath>

#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("activations at points that are known") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {3}, {-1, 0, 1});
    CHECK(relu(x).value.values() == std::vector<Real>{0, 0, 1});
    CHECK(activate(Activation::identity, x).value.real() == x.value.real());
    const double third[] = {std::tanh(1.0), 1 / (1 + std::exp(-1.0)), (1 + std::erf(std::sqrt(0.5))) / 2};
    CHECK(tanh(x).value.values()[2] == doctest::Approx(third[0]));
    CHECK(sigmoid(x).value.values()[2] == doctest::Approx(third[1]));
    CHECK(gelu(x).value.values()[2] == doctest::Approx(third[2]));
    CHECK(sigmoid(x).value.values()[1] == Real(0.5));
  }
}

TEST_CASE("softplus is max(0, x) far from 0, and its slope 0 or 1") {
  for (const Device& device : devices()) {
    Tape tape;
    const Variable x = tape.input(tensor(device, {5}, {-1000, -20, 0, 20, 1000}), true);
    const Variable y = softplus(x);
    const std::vector<Real> values = y.value.values();
    CHECK(values[0] == 0);
    CHECK(double(values[1]) / std::exp(-20.0) == doctest::Approx(1));
    CHECK(values[2] == doctest::Approx(std::log(2.0)));
    CHECK(values[3] == doctest::Approx(20));
    CHECK(values[4] == 1000);
    tape.backward(sum(y));
    const std::vector<Real> slopes = tape.gradient(x).values();
    CHECK(slopes[0] == 0);
    CHECK(double(slopes[1]) / std::exp(-20.0) == doctest::Approx(1));
    CHECK(slopes[2] == Real(0.5));
    CHECK(slopes[4] == 1);
  }
}

TEST_CASE("dropout keeps its share, scales it, and is a function of seed and stream") {
  for (const Device& device : devices()) {
    const Variable x = Tensor::filled(device, {10000}, 3);
    const std::vector<Real> y = dropout(x, Real(0.25), 1, 2).value.values();
    int kept = 0;
    for (const Real value : y) {
      REQUIRE((value == 0 || value == doctest::Approx(4)));
      kept += value != 0;
    }
    CHECK(std::abs(kept - 7500) < 200);
    CHECK(dropout(x, Real(0.25), 1, 2).value.values() == y);
    CHECK(dropout(x, Real(0.25), 1, 3).value.values() != y);
    CHECK(dropout(x, Real(0.25), 2, 2).value.values() != y);
    CHECK(dropout(x, 0, 1, 2).value.real() == x.value.real());
    CHECK(contains(message_of([&] { dropout(x, 1, 1, 2); }),
                   "dropout takes a rate from 0 up to, but not including, 1, not 1"));
  }
}
