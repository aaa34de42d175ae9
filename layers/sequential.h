#pragma once
#include "layers/module.h"

namespace triptych {

// Layers in sequence, y = f_n(... f_1(x)), named "0", "1", ... unless names are given. Functions
// of one variable are layers, too:
//
//   Sequential net(Linear(device, random.split(0), 2, 16), relu, Linear(device, random.split(1), 16, 2));
class Sequential : public Module {
 public:
  Sequential() = default;
  template <class First, class... Rest>
  requires(!std::same_as<First, Sequential> || sizeof...(Rest) > 0) explicit Sequential(First first,
                                                                                        Rest... rest) {
    append(std::move(first));
    (append(std::move(rest)), ...);
  }

  // Takes ownership of the layer and returns a reference to it.
  template <class Layer>
  Layer& append(Layer layer) {
    return append(std::to_string(parts().size()), std::move(layer));
  }
  template <class Layer>
  Layer& append(const std::string& name, Layer layer) {
    return add_layer(name, std::move(layer));
  }

  Variable operator()(const Variable& x) const { return (*this)(x, Call{}); }
  Variable operator()(const Variable& x, Mode mode) const { return (*this)(x, Call{&mode, nullptr}); }
  Variable operator()(const Variable& x, Mode mode, Random& random) const {
    return (*this)(x, Call{&mode, &random});
  }
  Variable operator()(const Variable& x, const Call& call) const {
    Variable y = x;
    for (const auto& [name, layer] : parts()) y = layer(y, call);
    return y;
  }
};

// y = x + f(x) (He et al. 2016), f a layer or a Sequential whose output has the shape of x.
class Residual {
 public:
  template <class Layer>
  explicit Residual(Layer layer) : layer_(std::move(layer)) {}

  Variable operator()(const Variable& x) const { return (*this)(x, Call{}); }
  Variable operator()(const Variable& x, Mode mode) const { return (*this)(x, Call{&mode, nullptr}); }
  Variable operator()(const Variable& x, const Call& call) const { return add(x, layer_(x, call)); }
  void list(const std::string& prefix, ParameterList& out) const { layer_.list(prefix, out); }

 private:
  AnyLayer layer_;
};

// Activations as layers.
struct Activate {
  Activation kind;
  Variable operator()(const Variable& x) const { return activate(kind, x); }
};

}  // namespace triptych
