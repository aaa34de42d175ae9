#include "engine/parameter.h"

#include <memory>
#include <type_traits>

#include "engine/optimizer.h"
#include "tests/engine/helpers.h"

using namespace triptych;

namespace {
struct Layer {
  Parameter weight;
  void list(const std::string& prefix, ParameterList& out) { out.push_back({prefix + ".weight", &weight}); }
};
}  // namespace

TEST_CASE("a layer cannot be copied in silence: the copy would share its weights") {
  static_assert(!std::is_copy_constructible_v<Parameter> && !std::is_copy_assignable_v<Parameter>);
  static_assert(!std::is_copy_constructible_v<Layer>);
  const Device device = Device::open("reference");
  Layer layer{Parameter(Tensor::filled(device, {2}, 1), false)};
  Layer twin{layer.weight.copy()};
  twin.weight.value.fill(5);
  twin.weight.gradient.fill(6);
  CHECK(layer.weight.value.values() == std::vector<Real>{1, 1});
  CHECK(layer.weight.gradient.values() == std::vector<Real>{0, 0});
  CHECK_FALSE(twin.weight.decays);
}

TEST_CASE("a list of parameters follows its layers when their vector grows") {
  const Device device = Device::open("reference");
  std::vector<Layer> layers;
  ParameterList list;
  for (int i = 0; i < 20; ++i) {
    layers.push_back({Parameter(Tensor::filled(device, {1}, Real(i)))});
    layers.back().list(std::to_string(i), list);
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    CHECK(list[i].parameter == &layers[i].weight);
    CHECK(list[i].parameter->value.item() == Real(i));
  }
  layers.erase(layers.begin() + 3);
  CHECK(list[19].parameter == &layers[18].weight);
  CHECK(
      contains(message_of([&] { list[3].parameter->value.item(); }), "refers to one that no longer exists"));
}

TEST_CASE("a parameter that was destroyed or replaced is an Error, not a dangling pointer") {
  const Device device = Device::open("reference");
  auto layer = std::make_unique<Layer>(Layer{Parameter(Tensor::filled(device, {1}, 1))});
  ParameterList list;
  layer->list("layer", list);
  Optimizer optimizer(list, {});
  optimizer.step(0.1);
  layer->weight = Parameter(Tensor::filled(device, {7}, 1));
  CHECK(contains(message_of([&] { optimizer.step(0.1); }), "was destroyed or replaced"));
  layer.reset();
  CHECK(contains(message_of([&] { clear_gradients(list); }), "list its parameters anew"));
}

TEST_CASE("an optimizer notices a parameter that has another shape by now") {
  const Device device = Device::open("reference");
  Parameter w(Tensor::filled(device, {2}, 1));
  Optimizer optimizer({{"w", &w}}, {});
  w.value = Tensor::zeros(device, {3});
  CHECK(contains(message_of([&] { optimizer.step(0.1); }), "of shape [2], which now has shape [3]"));
}
