// Layers, losses and optimizers against PyTorch, on every device: values and gradients.
#include "tests/layers/golden.h"

#include <functional>

#include "engine/optimizer.h"
#include "layers/batch_norm.h"
#include "layers/convolution.h"
#include "layers/pooling.h"
#include "layers/recurrent.h"
#include "tests/layers/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

using Call = std::function<Variable(const Variable&)>;

// The case's input through `call` and its cotangent back: y, the gradient of the input and those of the
// parameters.
void compare(Golden& golden, const ParameterList& parameters, const Call& call,
             const std::string& input = "x") {
  clear_gradients(parameters);
  Tape tape;
  const Variable x = tape.input(golden[input], true);
  const Variable y = call(x);
  golden.matches("y", y.value);
  tape.backward(y, golden["dy"]);
  golden.matches("gradient." + input, tape.gradient(x));
  golden.gradients_match(parameters);
}

// A case without parameters of its own.
void compare_op(const Device& device, const std::string& name, const Call& call,
                const std::string& input = "x") {
  Golden golden(device, name);
  compare(golden, {}, call, input);
  golden.all_used();
}

template <class Layer>
void compare_layer(const Device& device, const std::string& name, Layer layer,
                   const std::function<Variable(Layer&, Variable)>& call) {
  Golden golden(device, name);
  const ParameterList parameters = parameters_of(layer);
  golden.load(parameters);
  compare(golden, parameters, [&](const Variable& x) { return call(layer, x); });
  golden.all_used();
}

}  // namespace

TEST_CASE("golden: convolution") {
  for (const Device& device : devices()) {
    const ConvolutionOptions five = {5, 5, {1, 2}}, strided = {3, 4, {2, 1}};
    const std::function<Variable(Convolution2d&, Variable)> plain = [](auto& layer, auto x) {
      return layer(x);
    };
    compare_layer<Convolution2d>(device, "convolution", {device, Random(1), 3, 5, five}, plain);
    compare_layer<Convolution2d>(device, "convolution_stride", {device, Random(1), 3, 5, strided}, plain);
    compare_layer<Convolution2d>(device, "convolution_relu_pool", {device, Random(1), 3, 5, five},
                                 [](auto& layer, auto x) { return max_pool2d(relu(layer(x)), {}); });
    compare_layer<Convolution2d>(
        device, "convolution_relu_pool", {device, Random(1), 3, 5, five},
        [](auto& layer, auto x) { return layer.activation_pool(x, Activation::relu); });
  }
}

TEST_CASE("golden: pooling") {
  for (const Device& device : devices()) {
    compare_op(device, "max_pool", MaxPool2d());
    compare_op(device, "max_pool_overlap", MaxPool2d({3, 2, 2, 1}));
    compare_op(device, "average_pool", AveragePool2d({2, 3, 2, 2}));
  }
}

TEST_CASE("golden: Elman, GRU and LSTM in both directions") {
  for (const Device& device : devices())
    for (const char* name : {"elman", "gru", "lstm", "elman_linear"}) {
      RecurrentOptions options;
      const bool linear = std::string(name) == "elman_linear";
      options.cell = linear ? Cell::elman : cell_from_name(name);
      options.bidirectional = !linear;
      if (linear) options.output = RecurrentOutput::linear;
      compare_layer<Recurrent>(device, name, {device, Random(1), 4, 6, options},
                               [](auto& layer, auto x) { return layer(x); });
    }
}

TEST_CASE("golden: batch norm in training, its running statistics, and inference with them") {
  for (const Device& device : devices())
    for (const std::string name : {"batch_norm", "batch_norm_relu_pool"}) {
      BatchNorm layer(device, 4);
      const ParameterList trainable = {{"gamma", &layer.gamma}, {"beta", &layer.beta}};
      for (const Mode mode : {Mode::train, Mode::infer}) {
        Golden golden(device, name + (mode == Mode::train ? ".train" : ".infer"));
        golden.load(trainable);
        compare(golden, trainable, [&](const Variable& x) {
          return name == "batch_norm" ? layer(x, mode) : layer.activation_pool(x, Activation::relu, mode);
        });
        golden.matches("running_mean", layer.running_mean.value);
        golden.matches("running_variance", layer.running_variance.value);
        golden.all_used();
      }
    }
}

TEST_CASE("golden: GELU and L2 normalisation") {
  for (const Device& device : devices()) {
    compare_op(device, "gelu", gelu);
    compare_op(device, "l2_normalise", [](const Variable& x) { return l2_normalise(x); });
  }
}

TEST_CASE("golden: triplet loss with a hinge and with a soft margin") {
  for (const Device& device : devices())
    for (const bool soft : {false, true}) {
      Golden golden(device, soft ? "triplet_soft" : "triplet");
      const TripletRule rule = {Real(0.3), Real(0.3), Real(0.1), soft};
      const Tensor triplets = golden["triplets"];
      compare(
          golden, {},
          [&](const Variable& e) { return triplet_loss(pairwise_squared_distances(e, e), triplets, rule); },
          "embeddings");
      golden.all_used();
    }
}

TEST_CASE("golden: cross-camera softmax at temperature 0.1, from A to B and from B to A") {
  for (const Device& device : devices()) {
    Golden golden(device, "cross_camera");
    Tape tape;
    const Variable a = tape.input(golden["a"], true), b = tape.input(golden["b"], true);
    const Variable logits = scale(matmul(l2_normalise(a), transpose(l2_normalise(b))), 10);
    const Tensor owner = Tensor::from(device, {5}, std::vector<std::int32_t>{0, 1, 2, 3, 4});
    const Variable both =
        add(mean(cross_entropy(logits, owner)), mean(cross_entropy(transpose(logits), owner)));
    const Variable y = scale(both, Real(0.5));
    golden.matches("y", y.value);
    tape.backward(y, golden["dy"]);
    golden.matches("gradient.a", tape.gradient(a));
    golden.matches("gradient.b", tape.gradient(b));
    golden.all_used();
  }
}

TEST_CASE("golden: cross-entropy and binary cross-entropy, with logits that overflow a naive exp") {
  for (const Device& device : devices()) {
    Golden golden(device, "cross_entropy"), binary(device, "binary_cross_entropy");
    const Tensor target = golden["target"], binary_target = binary["target"];
    compare(
        golden, {}, [&](const Variable& x) { return cross_entropy(x, target); }, "logits");
    compare(
        binary, {}, [&](const Variable& x) { return binary_cross_entropy(x, binary_target); }, "logit");
    golden.all_used();
    binary.all_used();
  }
}

TEST_CASE("golden: four steps of Adam, AdamW and SGD, with weight decay on the weight alone") {
  const std::map<std::string, std::pair<Optimizer::Kind, bool>> kinds = {
      {"adam", {Optimizer::Kind::adam, false}},
      {"adamw", {Optimizer::Kind::adamw, false}},
      {"sgd", {Optimizer::Kind::sgd, false}},
      {"sgd_nesterov", {Optimizer::Kind::sgd, true}}};
  for (const Device& device : devices())
    for (const auto& [name, kind] : kinds) {
      Golden golden(device, name);
      Parameter weight(golden["weight"].copy(), true), bias(golden["bias"].copy(), false);
      const ParameterList parameters = {{"weight", &weight}, {"bias", &bias}};
      Optimizer::Options options;
      options.kind = kind.first, options.nesterov = kind.second, options.decay = 0.1;
      Optimizer optimizer(parameters, options);
      for (int step = 1; step <= 4; ++step) {
        const std::string prefix = "step" + std::to_string(step) + ".";
        for (const NamedParameter& named : parameters)
          named.parameter->gradient.copy_from(golden[prefix + "gradient." + named.name]);
        optimizer.step(0.05);
        for (const NamedParameter& named : parameters)
          golden.matches(prefix + named.name, named.parameter->value);
      }
      golden.all_used();
    }
}

namespace {

// Three times (convolution, relu, max-pool), every row of the map a step of a recurrence, maximum over the
// rows.
struct RowsNetwork {
  explicit RowsNetwork(const Device& device)
      : convolutions{{device, Random(1), 3, 4}, {device, Random(1), 4, 6}, {device, Random(1), 6, 8}},
        projection(device, Random(1), 16, 8),
        recurrent(device, Random(1), 8, 8) {}

  Variable operator()(Variable x, bool fused) {
    for (Convolution2d& layer : convolutions)
      x = fused ? layer.activation_pool(x, Activation::relu) : max_pool2d(relu(layer(x)), {});
    const Shape s = x.shape();
    const Variable rows =
        permute(reshape(x, {s[0], s[1], s[2] * s[3]}), {1, 0, 2});  // [rows, n, columns * c]
    return l2_normalise(TemporalPool(TemporalPool::Kind::max)(recurrent(projection(rows))));
  }

  void list(const std::string& prefix, ParameterList& out) {
    for (std::size_t i = 0; i < 3; ++i)
      convolutions[i].list(prefix + "convolution" + std::to_string(i + 1), out);
    projection.list(prefix + "projection", out);
    recurrent.list(prefix + "recurrent", out);
  }

  Convolution2d convolutions[3];
  Linear projection;
  Recurrent recurrent;
};

}  // namespace

TEST_CASE("golden: one whole training step of the network of rows") {
  for (const Device& device : devices())
    for (const bool fused : {false, true}) {
      Golden golden(device, "step");
      RowsNetwork network(device);
      const ParameterList parameters = parameters_of(network);
      golden.load(parameters);
      Optimizer::Options options;
      options.kind = Optimizer::Kind::adam, options.decay = 0, options.epsilon = 1e-3;
      Optimizer optimizer(parameters, options);

      Tape tape;
      const Variable e = network(tape.input(golden["x"]), fused);
      const Tensor triplets = Tensor::from(device, {2, 3}, std::vector<std::int32_t>{0, 1, 2, 3, 4, 5});
      const TripletRule rule = {Real(0.5), Real(0.05), Real(0.1)};
      const Variable loss = mean(triplet_loss(pairwise_squared_distances(e, e), triplets, rule));
      golden.matches("embeddings", e.value);
      golden.matches("loss", loss.value);
      tape.backward(loss);
      golden.gradients_match(parameters);
      optimizer.step(0.01);
      for (const NamedParameter& named : parameters)
        golden.matches("after." + named.name, named.parameter->value);
      golden.all_used();
    }
}
