#include "layers/linear.h"

#include "engine/error.h"
#include "tests/layers/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("linear: all leading axes are rows, and the bias is optional") {
  for (const Device& device : devices()) {
    Linear layer(device, Random(1), 2, 3);
    layer.weight.value.copy_from(Tensor::from(device, {2, 3}, std::vector<Real>{1, 2, 3, 4, 5, 6}));
    layer.bias.value.copy_from(Tensor::from(device, {3}, std::vector<Real>{10, 20, 30}));
    const Tensor x = Tensor::from(device, {2, 1, 2}, std::vector<Real>{1, 1, 0, 2});
    const Variable y = layer(x);
    CHECK(y.shape() == Shape{2, 1, 3});
    CHECK(y.value.values() == std::vector<Real>{15, 27, 39, 18, 30, 42});

    Linear bare(device, Random(1), 2, 3, {false});
    bare.weight.value.copy_from(layer.weight.value);
    CHECK(bare(x).value.values() == std::vector<Real>{5, 7, 9, 8, 10, 12});
  }
}

TEST_CASE("linear: parameters, their names, and which of them decay") {
  Linear layer(reference_device(), Random(1), 2, 3), bare(reference_device(), Random(1), 2, 3, {false});
  const ParameterList parameters = parameters_of(layer, "tier2.projection");
  CHECK(names_of(parameters) == std::vector<std::string>{"tier2.projection.weight", "tier2.projection.bias"});
  CHECK(parameters[0].parameter->decays);
  CHECK(!parameters[1].parameter->decays);
  CHECK(names_of(parameters_of(layer)) == std::vector<std::string>{"weight", "bias"});
  CHECK(names_of(parameters_of(bare)) == std::vector<std::string>{"weight"});
}

TEST_CASE("linear: without a tape nothing is recorded, with one the gradients arrive and add up") {
  Linear layer(reference_device(), Random(1), 2, 3);
  const Tensor x = random_tensor(reference_device(), {4, 2}, 1);
  CHECK(layer(x).tape() == nullptr);
  std::vector<Real> once;
  for (int round = 1; round <= 2; ++round) {
    Tape tape;
    tape.backward(sum(layer(tape.input(x))));
    const std::vector<Real> gradient = layer.bias.gradient.values();
    CHECK(gradient == std::vector<Real>(3, Real(4 * round)));
  }
}

TEST_CASE("linear: wrong shapes are refused with both shapes") {
  Linear layer(reference_device(), Random(1), 2, 3);
  CHECK_THROWS_AS(layer(random_tensor(reference_device(), {4, 5}, 1)), Error);
  CHECK_THROWS_WITH_AS(Linear(reference_device(), Random(1), 0, 3),
                       "Linear: needs at least one input and one output, not 0 and 3", Error);
}

#ifdef TRIPTYCH_DOUBLE
TEST_CASE("linear: gradient check") {
  Linear layer(reference_device(), Random(1), 5, 3), bare(reference_device(), Random(1), 5, 3, {false});
  check_layer(std::ref(layer), {2, 3, 5}, parameters_of(layer));
  check_layer(std::ref(bare), {4, 5}, parameters_of(bare));
}
#endif
