#include <type_traits>

#include "layers/attention.h"
#include "layers/dropout.h"
#include "layers/embedding.h"
#include "layers/layer_norm.h"
#include "layers/linear.h"
#include "layers/recurrent.h"
#include "layers/separable.h"
#include "layers/sequential.h"
#include "tests/layers/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

struct Classifier : Module {
  Linear& hidden;
  Sequential& rest;
  Parameter& factor;
  explicit Classifier(const Device& device)
      : hidden(add_layer("hidden", Linear(device, Random(1), 3, 4))),
        rest(add_layer("rest", Sequential(relu, Linear(device, Random(2), 4, 2)))),
        factor(add_parameter("factor", Tensor::filled(device, {1}, 2))) {}
  Variable operator()(const Variable& x) { return rest(hidden(x)) * use(factor, x); }
  void again(const Device& device) { add_layer("hidden", Linear(device, Random(1), 3, 4)); }
};

std::string message_of(const std::function<void()>& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

// A copy would share its weights with the original in silence.
template <class... Layers>
constexpr bool none_can_be_copied = ((!std::is_copy_constructible_v<Layers> &&
                                      !std::is_copy_assignable_v<Layers>)&&...);
static_assert(none_can_be_copied<Linear, Convolution2d, BatchNorm, LayerNorm, Embedding, Recurrent,
                                 MultiHeadAttention, Sequential, Residual, DepthwiseSeparable, Classifier>);

TEST_CASE("a list of parameters follows layers of every kind when their vector grows") {
  const auto grown = [](const auto& make) {
    std::vector<decltype(make())> layers;
    layers.push_back(make());
    const ParameterList list = parameters_of(layers[0]);
    while (layers.capacity() < 9) layers.push_back(make());
    const ParameterList now = parameters_of(layers[0]);
    REQUIRE(list.size() == now.size());
    for (std::size_t i = 0; i < list.size(); ++i) CHECK(list[i].parameter == now[i].parameter);
  };
  const Device& device = reference_device();
  grown([&] { return Linear(device, Random(1), 3, 4); });
  grown([&] { return Convolution2d(device, Random(1), 3, 4); });
  grown([&] { return BatchNorm(device, 3); });
  grown([&] { return Recurrent(device, Random(1), 3, 4, {Cell::gru, true}); });
  grown([&] { return MultiHeadAttention(device, Random(1), 4, 2); });
  grown([&] { return Sequential(Linear(device, Random(1), 3, 4), relu); });
  grown([&] { return Classifier(device); });
}

TEST_CASE("module: parts register by name, and keep their place when the module moves") {
  Classifier net(reference_device());
  const std::vector<std::string> names = {"hidden.weight", "hidden.bias", "rest.1.weight", "rest.1.bias",
                                          "factor"};
  CHECK(names_of(net.parameters()) == names);
  const Tensor x = random_tensor(reference_device(), {5, 3}, 1);
  const std::vector<Real> before = net(x).value.values();
  const ParameterList list = net.parameters();
  Classifier moved = std::move(net);
  CHECK(moved(x).value.values() == before);
  for (std::size_t i = 0; i < list.size(); ++i) CHECK(list[i].parameter == moved.parameters()[i].parameter);
  CHECK(message_of([&] { moved.again(reference_device()); }) ==
        "a module has two parts of the name 'hidden'");
}

TEST_CASE("sequential: a layer that needs a mode or a generator says so") {
  Sequential net(Linear(reference_device(), Random(1), 3, 4), Dropout(0.5), BatchNorm(reference_device(), 4));
  const Tensor x = random_tensor(reference_device(), {6, 3}, 1);
  CHECK(message_of([&] { net(x); }).find("without a mode") != std::string::npos);
  CHECK(message_of([&] { net(x, Mode::train); }).find("without a generator") != std::string::npos);
  CHECK(net(x, Mode::infer).shape() == Shape{6, 4});
  Random random(3);
  CHECK(net(x, Mode::train, random).shape() == Shape{6, 4});
  CHECK(random.position() == 2);
}

TEST_CASE("residual, layer norm and activations, by hand") {
  const Device& device = reference_device();
  const Tensor x = Tensor::from(device, {1, 2}, std::vector<Real>{1, -3});
  CHECK(Residual(relu)(x).value.values() == std::vector<Real>{2, -3});
  CHECK(Sequential(Activate{Activation::relu}, Residual(relu))(x).value.values() == std::vector<Real>{2, 0});
  LayerNorm norm(device, 2);
  CHECK(names_of(parameters_of(norm, "n")) == std::vector<std::string>{"n.gamma", "n.beta"});
  CHECK(norm(x).value.values()[0] == doctest::Approx(1));
}

TEST_CASE("embedding: rows of its weight, on a tape when one is given") {
  Embedding layer(reference_device(), Random(1), 5, 3);
  const Tensor symbols = Tensor::from(reference_device(), {2}, std::vector<std::int32_t>{4, 4});
  CHECK(layer(symbols).tape() == nullptr);
  Tape tape;
  tape.backward(sum(layer(symbols, &tape)));
  const std::vector<Real> gradient = layer.weight.gradient.values();
  CHECK(gradient == std::vector<Real>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2});
}

TEST_CASE("attention, by hand: scores are products over sqrt(d)") {
  for (const Device& device : devices()) {
    const Tensor q = Tensor::from(device, {1, 1, 4}, {2, 0, 0, 0}),
                 k = Tensor::from(device, {1, 2, 4}, {1, 0, 0, 0, 0, 1, 0, 0});
    const Tensor v = Tensor::from(device, {1, 2, 1}, {1, 0});
    CHECK(attention(q, k, v).value.item() == doctest::Approx(0.7310586));  // scores 1 and 0
    const Tensor mask = Tensor::from(device, {1, 2}, std::vector<std::uint8_t>{0, 1});
    CHECK(attention(q, k, v, mask).value.item() == 0);
  }
}

TEST_CASE("attention: a causal step does not see what comes after it") {
  MultiHeadAttention layer(reference_device(), Random(1), 8, 2, true);
  const Tensor x = random_tensor(reference_device(), {2, 5, 8}, 1);
  Tensor changed = x.copy();
  std::vector<Real> values = x.values();
  for (std::size_t i = 4 * 8; i < 5 * 8; ++i) values[i] += 1;  // the last step of the first sequence
  changed = Tensor::from(reference_device(), x.shape(), std::span<const Real>(values));
  const std::vector<Real> a = layer(x).value.values(), b = layer(changed).value.values();
  CHECK(std::vector<Real>(a.begin(), a.begin() + 32) == std::vector<Real>(b.begin(), b.begin() + 32));
  CHECK(std::vector<Real>(a.begin() + 32, a.begin() + 40) !=
        std::vector<Real>(b.begin() + 32, b.begin() + 40));
  CHECK(std::vector<Real>(a.begin() + 40, a.end()) == std::vector<Real>(b.begin() + 40, b.end()));
  CHECK(message_of([&] { MultiHeadAttention(reference_device(), Random(1), 8, 3); }).find("do not divide") !=
        std::string::npos);
}

TEST_CASE("depthwise separable: shape and parameters") {
  DepthwiseSeparable block(reference_device(), Random(1), 4, 6, {3, 2});
  CHECK(block(random_tensor(reference_device(), {2, 5, 7, 4}, 1), Mode::train).shape() == Shape{2, 3, 4, 6});
  const ParameterList list = block.parameters();
  CHECK(list[0].name == "depthwise.weight");
  CHECK(list[0].parameter->value.shape() == Shape{3, 3, 1, 4});
  CHECK(count_elements(list) == 36 + 8 + 24 + 12);
}

#ifdef TRIPTYCH_DOUBLE
TEST_CASE("gradients through modules") {
  const Device& device = reference_device();
  Sequential mlp(LayerNorm(device, 6), Linear(device, Random(1), 6, 9), gelu,
                 Linear(device, Random(2), 9, 6));
  Sequential net(Residual(MultiHeadAttention(device, Random(3), 6, 2, true)), Residual(std::move(mlp)));
  check_layer([&](const Variable& x) { return net(x); }, {2, 4, 6}, net.parameters());

  DepthwiseSeparable block(device, Random(1), 2, 3, {3, 2});
  check_layer([&](const Variable& x) { return block(x, Mode::train); }, {2, 5, 4, 2}, block.parameters());
}
#endif
