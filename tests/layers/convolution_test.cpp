#include "layers/convolution.h"

#include "engine/error.h"
#include "tests/layers/helpers.h"

using namespace triptych;
using namespace triptych::testing;

TEST_CASE("convolution: a hand-computed 2 x 2 kernel over a 3 x 3 image") {
  for (const Device& device : devices()) {
    Convolution2d layer(device, Random(1), 1, 1, {2, 2, {1, 0}});
    layer.weight.value.copy_from(Tensor::from(device, {2, 2, 1, 1}, std::vector<Real>{1, 2, 3, 4}));
    layer.bias.value.fill(Real(0.5));
    const Tensor x = Tensor::from(device, {1, 3, 3, 1}, std::vector<Real>{1, 0, 0, 0, 1, 0, 0, 0, 2});
    const Variable y = layer(x);
    CHECK(y.shape() == Shape{1, 2, 2, 1});
    // Cross-correlation: the kernel is not flipped.
    CHECK(y.value.values() == std::vector<Real>{Real(5.5), Real(3.5), Real(2.5), Real(9.5)});
  }
}

TEST_CASE("convolution: shapes of the image that comes out") {
  const Device& device = reference_device();
  Convolution2d same(device, Random(1), 3, 4), half(device, Random(1), 3, 4, {3, 5, {2, 1}});
  const Tensor x = random_tensor(device, {2, 9, 7, 3}, 1);
  CHECK(same(x).shape() == Shape{2, 9, 7, 4});
  CHECK(half(x).shape() == Shape{2, 5, 3, 4});
  CHECK(same.activation_pool(x, Activation::relu).shape() == Shape{2, 4, 3, 4});
}

TEST_CASE("convolution: the fused pass is convolution, activation, pooling") {
  for (const Device& device : devices())
    for (const Activation activation :
         {Activation::identity, Activation::relu, Activation::tanh, Activation::sigmoid})
      for (const bool bias : {true, false}) {
        ConvolutionOptions options;
        options.bias = bias;
        Convolution2d layer(device, Random(1), 3, 5, options);
        const Tensor x = random_tensor(device, {2, 11, 9, 3}, 2);
        const Variable apart = max_pool2d(activate(activation, layer(x)), {});
        CHECK(largest_difference(layer.activation_pool(x, activation).value, apart.value) < 1e-5);
      }
}

TEST_CASE("convolution: parameters and their names") {
  Convolution2d layer(reference_device(), Random(1), 3, 4);
  const ParameterList parameters = parameters_of(layer, "convolution");
  CHECK(names_of(parameters) == std::vector<std::string>{"convolution.weight", "convolution.bias"});
  CHECK(parameters[0].parameter->value.shape() == Shape{5, 5, 3, 4});
  CHECK(parameters[0].parameter->decays);
  CHECK(!parameters[1].parameter->decays);
  ConvolutionOptions options;
  options.bias = false;
  Convolution2d bare(reference_device(), Random(1), 3, 4, options);
  CHECK(names_of(parameters_of(bare, "c")) == std::vector<std::string>{"c.weight"});
}

TEST_CASE("convolution: relu keeps the scale of what passes through a kaiming layer") {
  const Device& device = reference_device();
  Convolution2d layer(device, Random(1), 16, 32);
  const std::vector<Real> y = layer(random_tensor(device, {1, 12, 12, 16}, 3)).value.values();
  double squares = 0;
  for (const Real value : y) squares += double(value) * value / static_cast<double>(y.size());
  CHECK(squares > 1.3);  // 2 in the middle, less near the border where zeros come in
  CHECK(squares < 2.2);
}

TEST_CASE("convolution: bad shapes and options are refused") {
  const Device& device = reference_device();
  Convolution2d layer(device, Random(1), 3, 4);
  CHECK_THROWS_AS(layer(random_tensor(device, {2, 9, 7, 4}, 1)), Error);
  CHECK_THROWS_AS(layer(random_tensor(device, {9, 7, 3}, 1)), Error);
  CHECK_THROWS_AS(layer.activation_pool(random_tensor(device, {2, 9, 7, 3}, 1), Activation::gelu), Error);
  CHECK_THROWS_WITH_AS(
      Convolution2d(device, Random(1), 3, 0),
      "Convolution2d: 3 input and 0 output channels with a 5 x 5 kernel: each must be at least 1", Error);
  CHECK_THROWS_WITH_AS(Convolution2d(device, Random(1), 3, 4, {5, 5, {0, 2}}),
                       "Convolution2d: stride 0 must be at least 1 and padding 2 at least 0", Error);
}

#ifdef TRIPTYCH_DOUBLE
TEST_CASE("convolution: gradient check") {
  const Device& device = reference_device();
  Convolution2d layer(device, Random(1), 3, 4), strided(device, Random(1), 2, 3, {3, 2, {2, 1}, false});
  check_layer(std::ref(layer), {2, 5, 4, 3}, parameters_of(layer));
  check_layer(std::ref(strided), {2, 6, 5, 2}, parameters_of(strided));
}

TEST_CASE("convolution with activation and pooling: gradient check") {
  for (const Activation activation :
       {Activation::identity, Activation::relu, Activation::tanh, Activation::sigmoid}) {
    Convolution2d layer(reference_device(), Random(1), 2, 3, {3, 3, {1, 1}});
    check_layer([&](const Variable& x) { return layer.activation_pool(x, activation); }, {2, 5, 7, 2},
                parameters_of(layer));
  }
}
#endif
