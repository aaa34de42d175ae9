#include <cmath>

#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("one Elman unit over two steps, both outputs and both directions") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {2, 1, 1}, {Real(0.5), Real(0.25)}), w = tensor(device, {1, 1}, {2}),
                   bias = tensor(device, {1}, {Real(0.1)});
    const auto run = [&](RecurrentOutput output, bool reverse) {
      return elman(x, w, bias, output, reverse).value.values();
    };
    const double first = std::tanh(0.6), second = std::tanh(0.35 + 2 * first);
    CHECK(run(RecurrentOutput::tanh, false)[0] == doctest::Approx(first));
    CHECK(run(RecurrentOutput::tanh, false)[1] == doctest::Approx(second));
    CHECK(run(RecurrentOutput::tanh, true)[1] == doctest::Approx(std::tanh(0.35)));
    CHECK(run(RecurrentOutput::tanh, true)[0] == doctest::Approx(std::tanh(0.6 + 2 * std::tanh(0.35))));
    CHECK(run(RecurrentOutput::linear, false)[1] == doctest::Approx(0.35 + 2 * std::tanh(0.6)));
  }
}

TEST_CASE("gates that are shut: an LSTM forgets, a GRU keeps") {
  for (const Device& device : devices()) {
    const Tensor w4 = Tensor::zeros(device, {1, 4}), w3 = Tensor::zeros(device, {1, 3});
    // [i f g o]: input and output open, nothing forgotten
    const Variable open = tensor(device, {2, 1, 4}, {100, 100, 1, 100, 100, 100, 1, 100});
    const std::vector<Real> h = lstm(open, w4, Tensor::zeros(device, {4}), false).value.values();
    CHECK(h[0] == doctest::Approx(std::tanh(std::tanh(1.0))));
    CHECK(h[1] == doctest::Approx(std::tanh(2 * std::tanh(1.0))));
    // [r z n]: the first step writes n = 0.5, the second (z = 1) keeps it
    const Variable keep = tensor(device, {2, 1, 3}, {0, -100, Real(0.5), 0, 100, 9});
    const std::vector<Real> g = gru(keep, w3, Tensor::zeros(device, {3}), false).value.values();
    CHECK(g[0] == doctest::Approx(std::tanh(0.5)));
    CHECK(g[1] == doctest::Approx(std::tanh(0.5)));
  }
}

TEST_CASE("recurrence: shapes that do not fit are printed") {
  Device device = Device::open("reference");
  const auto zeros = [&](const Shape& shape) { return Tensor::zeros(device, shape); };
  CHECK(message_of([&] {
          lstm(zeros({2, 1, 12}), zeros({3, 9}), zeros({12}), false);
        }) ==
        "lstm takes x [steps, batch, 4 hidden], a weight [hidden, 4 hidden] and a bias [4 hidden], not [2, "
        "1, 12], [3, 9] and [12]");
  CHECK(contains(message_of([&] {
                   elman(zeros({3, 3}), zeros({3, 3}), zeros({3}), RecurrentOutput::tanh, false);
                 }),
                 "elman takes x [steps, batch, 1 hidden]"));
  CHECK(contains(message_of([&] {
                   gru(zeros({0, 1, 9}), zeros({3, 9}), zeros({9}), false);
                 }),
                 "no steps: [0, 1, 9]"));
}
