#include "layers/recurrent.h"

#include "engine/error.h"
#include "tests/layers/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

RecurrentOptions options_of(Cell cell, bool bidirectional = false,
                            RecurrentOutput output = RecurrentOutput::tanh) {
  RecurrentOptions options;
  options.cell = cell, options.bidirectional = bidirectional, options.output = output;
  return options;
}

const Cell cells[] = {Cell::elman, Cell::gru, Cell::lstm};

// x with its steps in the opposite order.
Variable reversed(const Variable& x) {
  std::vector<Variable> steps;
  for (Index t = x.shape()[0] - 1; t >= 0; --t) steps.push_back(slice(x, 0, t, 1));
  return concatenate(steps, 0);
}

}  // namespace

TEST_CASE("recurrent: one Elman step by hand") {
  for (const Device& device : devices()) {
    Recurrent layer(device, Random(1), 1, 1, options_of(Cell::elman));
    Recurrent::Direction& direction = layer.directions[0];
    direction.input.weight.value.fill(Real(0.5));
    direction.weight.value.fill(Real(-0.25));
    direction.bias.value.fill(Real(0.1));
    const Tensor x = Tensor::from(device, {2, 1, 1}, std::vector<Real>{1, 2});
    const std::vector<Real> h = layer(x).value.values();
    CHECK(h[0] == doctest::Approx(std::tanh(0.6)));
    CHECK(h[1] == doctest::Approx(std::tanh(1.1 - 0.25 * std::tanh(0.6))));
  }
}

TEST_CASE("recurrent: both directions are the forward one beside the backward one") {
  for (const Device& device : devices())
    for (const Cell cell : cells) {
      Recurrent both(device, Random(1), 4, 3, options_of(cell, true));
      shake(parameters_of(both));
      Recurrent forward(device, Random(2), 4, 3, options_of(cell)),
          backward(device, Random(2), 4, 3, options_of(cell));
      const ParameterList all = parameters_of(both);  // of the forward direction, then of the backward one
      const auto take = [&](Recurrent& layer, std::size_t first) {
        for (const NamedParameter& named : parameters_of(layer))
          named.parameter->value.copy_from(all[first++].parameter->value);
      };
      take(forward, 0);
      take(backward, all.size() / 2);

      const Tensor x = random_tensor(device, {6, 2, 4}, 1);
      const Variable y = both(x);
      CHECK(y.shape() == Shape{6, 2, 6});
      CHECK(both.outputs() == 6);
      // The backward half reads the same sequence from its end and stores each state at its own step.
      const Variable expected = concatenate({forward(x), reversed(backward(reversed(x)))}, 2);
      CHECK(largest_difference(y.value, expected.value) < 1e-6);
      CHECK(largest_difference(slice(y, 2, 0, 3).value, slice(y, 2, 3, 3).value) > 1e-2);
    }
}

TEST_CASE("recurrent: the sequences of a batch do not see one another") {
  for (const Device& device : devices())
    for (const Cell cell : cells) {
      Recurrent layer(device, Random(1), 4, 3, options_of(cell, true));
      const Variable x = random_tensor(device, {5, 3, 4}, 1);
      const Variable alone = layer(slice(x, 1, 1, 1)), together = slice(layer(x), 1, 1, 1);
      CHECK(largest_difference(alone.value, together.value) < 1e-6);
    }
}

TEST_CASE("recurrent: 2000 steps forward and backward, and the first step still matters to the last") {
  for (const Device& device : devices())
    for (const Cell cell : cells) {
      RecurrentOptions options = options_of(cell);
      if (cell == Cell::lstm) options.forget_bias = 12;  // keeps its cell over all steps
      Recurrent layer(device, Random(1), 2, 3, options);
      Tape tape;
      const Variable x = tape.input(random_tensor(device, {2000, 1, 2}, 1, 0.01), true);
      tape.backward(sum(layer(x)));
      const std::vector<Real> gradient = tape.gradient(x).values();
      REQUIRE(gradient.size() == 4000);
      for (const Real value : gradient) CHECK_UNARY(std::isfinite(value));
      CHECK(std::abs(gradient[0]) > 0);
      double squares = 0;
      for (const NamedParameter& named : parameters_of(layer))
        for (const Real value : named.parameter->gradient.values()) squares += double(value) * value;
      CHECK(squares > 0);
      CHECK(std::isfinite(squares));
    }
}

TEST_CASE("recurrent: an orthogonal Elman layer carries a gradient over 2000 steps") {
  const Device& device = reference_device();
  Recurrent layer(device, Random(1), 3, 3, options_of(Cell::elman));
  Tape tape;
  // Inputs of 0: tanh stays at 0, where its slope is 1, and the gradient is turned by W_s 1999 times.
  const Variable x = tape.input(Tensor::zeros(device, {2000, 1, 3}), true);
  layer.directions[0].input.weight.value.copy_from(initialise(device, {3, 3}, {Init::identity}, Random(1)));
  tape.backward(sum(slice(layer(x), 0, 1999, 1)));
  double squares = 0;
  const std::vector<Real> gradient = tape.gradient(x).values();
  for (std::size_t i = 0; i < 3; ++i) squares += double(gradient[i]) * gradient[i];
  CHECK(squares == doctest::Approx(3).epsilon(1e-2));
}

TEST_CASE("recurrent: parameters, their names and how they begin") {
  const Device& device = reference_device();
  Recurrent gru(device, Random(1), 4, 3, options_of(Cell::gru, true));
  CHECK(names_of(parameters_of(gru, "rnn")) ==
        std::vector<std::string>{"rnn.forward.input.weight", "rnn.forward.input.bias",
                                 "rnn.forward.recurrent.weight", "rnn.forward.recurrent.bias",
                                 "rnn.backward.input.weight", "rnn.backward.input.bias",
                                 "rnn.backward.recurrent.weight", "rnn.backward.recurrent.bias"});
  CHECK(gru.directions[0].weight.value.values() != gru.directions[1].weight.value.values());

  Recurrent lstm(device, Random(1), 4, 2, options_of(Cell::lstm));
  const ParameterList parameters = parameters_of(lstm);
  CHECK(names_of(parameters) == std::vector<std::string>{"forward.input.weight", "forward.recurrent.weight",
                                                         "forward.recurrent.bias"});
  CHECK(parameters[0].parameter->value.shape() == Shape{4, 8});
  CHECK(parameters[1].parameter->value.shape() == Shape{2, 8});
  CHECK(parameters[2].parameter->value.values() == std::vector<Real>{0, 0, 1, 1, 0, 0, 0, 0});
  RecurrentOptions shut = options_of(Cell::lstm);
  shut.forget_bias = -3;
  Recurrent other(device, Random(1), 4, 2, shut);
  CHECK(other.directions[0].bias.value.values() == std::vector<Real>{0, 0, -3, -3, 0, 0, 0, 0});
  CHECK(!parameters[2].parameter->decays);
  CHECK(parameters[1].parameter->decays);
}

TEST_CASE("recurrent: each gate's weights are initialised by themselves") {
  RecurrentOptions options = options_of(Cell::gru);
  options.input_weight = options.recurrent_weight = {Init::identity, 0.5};
  Recurrent layer(reference_device(), Random(1), 2, 2, options);
  const Real half = Real(0.5);
  const std::vector<Real> three_identities = {half, 0, half, 0, half, 0, 0, half, 0, half, 0, half};
  CHECK(layer.directions[0].weight.value.values() == three_identities);
  CHECK(layer.directions[0].input.weight.value.values() == three_identities);
}

TEST_CASE("recurrent: what does not fit is refused") {
  const Device& device = reference_device();
  Recurrent layer(device, Random(1), 4, 3);
  CHECK_THROWS_WITH_AS(layer(random_tensor(device, {5, 4}, 1)),
                       "Recurrent: needs x [steps, batch, features], not one of shape [5, 4]", Error);
  CHECK_THROWS_AS(layer(random_tensor(device, {5, 2, 3}, 1)), Error);
  CHECK_THROWS_WITH_AS(Recurrent(device, Random(1), 4, 0),
                       "Recurrent: needs at least one input and one hidden unit, not 4 and 0", Error);
  CHECK_THROWS_WITH_AS(
      Recurrent(device, Random(1), 4, 3, options_of(Cell::gru, false, RecurrentOutput::linear)),
      "Recurrent: the linear output is a choice of the Elman cell alone", Error);
  for (const Cell cell : {Cell::elman, Cell::gru}) {
    RecurrentOptions options = options_of(cell);
    options.forget_bias = 1;
    CHECK_THROWS_WITH_AS(
        Recurrent(device, Random(1), 4, 3, options),
        "Recurrent: forget_bias is an option of the LSTM alone; other cells have no forget gate", Error);
  }
  CHECK_THROWS_WITH_AS(cell_from_name("rnn"), "unknown recurrent cell 'rnn': choose one of elman, gru, lstm",
                       Error);
  for (const char* name : {"elman", "gru", "lstm"}) CHECK(gates_of(cell_from_name(name)) >= 1);
}

#ifdef TRIPTYCH_DOUBLE
TEST_CASE("recurrent: gradient check of every cell, in one and in both directions") {
  for (const bool bidirectional : {false, true})
    for (const Cell cell : cells) {
      Recurrent layer(reference_device(), Random(1), 3, 4, options_of(cell, bidirectional));
      check_layer(std::ref(layer), {5, 2, 3}, parameters_of(layer));
    }
}

TEST_CASE("recurrent: gradient check of Elman with linear output") {
  Recurrent layer(reference_device(), Random(1), 3, 4,
                  options_of(Cell::elman, true, RecurrentOutput::linear));
  check_layer(std::ref(layer), {5, 2, 3}, parameters_of(layer));
}
#endif
