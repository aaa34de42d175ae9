#pragma once
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/error.h"
#include "engine/ops.h"
#include "engine/random.h"
#include "layers/listing.h"
#include "layers/mode.h"

namespace triptych {

// Further arguments of a layer besides x. Calling a layer that depends on the mode or draws random numbers
// without them is an Error.
struct Call {
  const Mode* mode = nullptr;
  Random* random = nullptr;
};

// Any layer, owned, at a stable address: an object that can be called as layer(x), layer(x, mode) or layer(x,
// mode, random), and parts of a module that are called through their own type only (an Embedding). It lists
// its parameters when it has a `list`; functions such as `relu` have none.
class AnyLayer {
 public:
  template <class Layer>
  explicit AnyLayer(Layer layer) {
    const auto held = std::make_shared<Layer>(std::move(layer));
    layer_ = held;
    forward_ = [held = held.get()](const Variable& x, const Call& call) { return forward(*held, x, call); };
    list_ = [held = held.get()](const std::string& prefix, ParameterList& out) {
      if constexpr (requires { held->list(prefix, out); }) held->list(prefix, out);
    };
  }
  AnyLayer(AnyLayer&&) = default;  // moved, never copied: a copy would share its weights
  AnyLayer& operator=(AnyLayer&&) = default;
  AnyLayer(const AnyLayer&) = delete;
  AnyLayer& operator=(const AnyLayer&) = delete;

  Variable operator()(const Variable& x, const Call& call) const { return forward_(x, call); }
  void list(const std::string& prefix, ParameterList& out) const { list_(prefix, out); }
  template <class Layer>
  Layer& as() const {
    return *static_cast<Layer*>(layer_.get());
  }

 private:
  static const Mode& mode_of(const Call& call) {
    require(
        call.mode,
        "a layer that acts differently in training was called without a mode: say (x, Mode::train) or (x, "
        "Mode::infer)");
    return *call.mode;
  }
  template <class Layer>
  static Variable forward(Layer& layer, const Variable& x, const Call& call) {
    if constexpr (requires { layer(x, call); }) {
      return layer(x, call);
    } else if constexpr (requires { layer(x, Mode::train, *call.random); }) {
      Random unused(0);
      require(call.random || mode_of(call) == Mode::infer,
              "a layer that draws random numbers was called without a generator: say (x, mode, random)");
      return layer(x, mode_of(call), call.random ? *call.random : unused);
    } else if constexpr (requires { layer(x, Mode::train); }) {
      return layer(x, mode_of(call));
    } else if constexpr (requires { layer(x); }) {
      return layer(x);
    } else {
      fail("a layer that takes something else than one Variable cannot stand in a Sequential");
    }
  }

  std::shared_ptr<void> layer_;
  std::function<Variable(const Variable&, const Call&)> forward_;
  std::function<void(const std::string&, ParameterList&)> list_;
};

// A model made of layers and parameters, which register under a name where they are constructed. Optimizers
// and checkpoints take parameters().
//
//   struct Classifier : Module {
//     Linear& hidden;
//     Linear& output;
//     Classifier(const Device& device, Random random)
//         : hidden(add_layer("hidden", Linear(device, random.split(0), 2, 16))),
//           output(add_layer("output", Linear(device, random.split(1), 16, 2))) {}
//     Variable operator()(const Variable& x) { return output(relu(hidden(x))); }
//   };  // parameters "hidden.weight", "hidden.bias", "output.weight", "output.bias"
class Module {
 public:
  Module() = default;
  Module(Module&&) = default;  // the parts keep their addresses
  Module& operator=(Module&&) = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  void list(const std::string& prefix, ParameterList& out) const {
    for (const auto& [name, layer] : parts_) layer.list(join_names(prefix, name), out);
  }
  ParameterList parameters() const {
    ParameterList all;
    list("", all);
    return all;
  }

 protected:
  // Takes ownership of the layer; the reference is valid as long as this module. A duplicate name is an
  // Error.
  template <class Layer>
  Layer& add_layer(const std::string& name, Layer layer) {
    check_name(name);
    return parts_.emplace_back(name, AnyLayer(std::move(layer))).second.template as<Layer>();
  }
  // A parameter of the module itself.
  Parameter& add_parameter(const std::string& name, Tensor initial, bool decays = true) {
    return add_layer(name, OwnParameter{Parameter(std::move(initial), decays)}).parameter;
  }
  const std::vector<std::pair<std::string, AnyLayer>>& parts() const { return parts_; }

 private:
  struct OwnParameter {
    Parameter parameter;
    Variable operator()(const Variable& x) { return use(parameter, x); }
    void list(const std::string& name, ParameterList& out) { out.push_back({name, &parameter}); }
  };
  void check_name(const std::string& name) const {
    require(!name.empty() && name.find('.') == std::string::npos,
            "a part of a module needs a name without dots, not '{}'", name);
    for (const auto& part : parts_)
      require(part.first != name, "a module has two parts of the name '{}'", name);
  }
  std::vector<std::pair<std::string, AnyLayer>> parts_;
};

}  // namespace triptych
