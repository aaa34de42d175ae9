#include "engine/op_examples.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "engine/gradient_check.h"
#include "tests/devices.h"

using namespace triptych;

namespace {

std::vector<Variable> constants(const OpExample& example) {
  return {example.inputs.begin(), example.inputs.end()};
}

// The result and the gradients of all inputs, for a cotangent that is the same on every device.
std::vector<std::vector<Real>> results_of(const OpExample& example) {
  Tape tape;
  std::vector<Variable> inputs;
  for (const Tensor& input : example.inputs) inputs.push_back(tape.input(input, true));
  const Variable result = example.function(inputs);
  std::vector<Real> cotangent(static_cast<std::size_t>(result.value.elements()));
  Random random(11);
  for (Real& value : cotangent) value = static_cast<Real>(random.normal());
  std::vector<std::vector<Real>> results{result.value.values()};
  tape.backward(result, Tensor::from(result.device(), result.shape(), std::span<const Real>(cotangent)));
  for (const Variable& input : inputs) results.push_back(tape.gradient(input).values());
  return results;
}

}  // namespace

TEST_CASE("every op: backward agrees with differences, and adds to what is there") {
  Device device = Device::open("reference");
  // In float, differences are coarse and only gross mistakes show.
  const double tolerance = sizeof(Real) == 8 ? 1e-6 : 0.05;
  for (const OpExample& example : op_examples(device, Random(1))) {
    CAPTURE(example.name);
    const GradientCheck check = check_gradients(example.function, example.inputs, {}, Random(2));
    CAPTURE(check.worst);
    CAPTURE(check.checked);
    CAPTURE(check.skipped);
    CHECK(check.relative_error <= tolerance);
    if constexpr (sizeof(Real) == 8) CHECK(check.passed(tolerance));
  }
}

TEST_CASE("every op of the header has an example") {
  std::set<std::string> ops;
  for (const OpExample& example : op_examples(Device::open("reference"), Random(1))) ops.insert(example.op());
  for (const char* op : {"matmul",
                         "linear",
                         "pairwise_squared_distances",
                         "convolution2d",
                         "convolution2d_activation_pool",
                         "max_pool2d",
                         "average_pool2d",
                         "strip_max_pool",
                         "strip_mean_pool",
                         "relu",
                         "tanh",
                         "sigmoid",
                         "gelu",
                         "dropout",
                         "add",
                         "subtract",
                         "multiply",
                         "scale",
                         "divide",
                         "operators",
                         "stack",
                         "exp",
                         "log",
                         "sqrt",
                         "abs",
                         "pow",
                         "clamp",
                         "where",
                         "gather",
                         "scatter_add",
                         "embedding",
                         "pick",
                         "layer_norm",
                         "pad",
                         "global_max_pool",
                         "global_average_pool",
                         "reshape",
                         "permute",
                         "transpose",
                         "slice",
                         "concatenate",
                         "sum",
                         "mean",
                         "max",
                         "l2_normalise",
                         "batch_norm",
                         "batch_norm_fixed",
                         "batch_norm_activation_pool",
                         "batch_norm_activation_pool_fixed",
                         "elman",
                         "lstm",
                         "gru",
                         "softmax",
                         "log_softmax",
                         "cross_entropy",
                         "binary_cross_entropy",
                         "triplet_loss",
                         "patch_match"})
    CHECK_MESSAGE(ops.count(op) == 1, "no example of ", op);
}

TEST_CASE("every op gives the same on every device as on reference") {
  const auto judge = op_examples(Device::open("reference"), Random(3));
  for (const Backend* device : test::devices_under_test()) {
    const Backend& backend = *device;
    if (backend.name == "reference") continue;
    const auto tried = op_examples(Device::open(backend.name), Random(3));
    REQUIRE(tried.size() == judge.size());
    for (std::size_t i = 0; i < judge.size(); ++i) {
      CAPTURE(backend.name);
      CAPTURE(judge[i].name);
      const auto expected = results_of(judge[i]), got = results_of(tried[i]);
      REQUIRE(got.size() == expected.size());
      for (std::size_t part = 0; part < got.size(); ++part) {
        REQUIRE(got[part].size() == expected[part].size());
        double largest = 0, error = 0;
        for (const Real value : expected[part]) largest = std::max(largest, std::abs(double(value)));
        for (std::size_t e = 0; e < got[part].size(); ++e) {
          const double difference = std::abs(double(got[part][e]) - expected[part][e]);
          if (!(difference <= error)) error = difference;
        }
        CAPTURE(part);  // 0: the output; i + 1: the gradient of input i
        CHECK(error <= 2e-5 * largest);
      }
    }
  }
}

TEST_CASE("without a tape an op gives the same value") {
  for (const OpExample& example : op_examples(Device::open("reference"), Random(4))) {
    CAPTURE(example.name);
    CHECK(example.function(constants(example)).value.values() == results_of(example)[0]);
  }
}

TEST_CASE("every op that lands on a tape has a formula; leaves have none") {
  for (const OpExample& example : op_examples(Device::open("reference"), Random(5))) {
    Tape tape;
    std::vector<Variable> inputs;
    for (const Tensor& input : example.inputs) inputs.push_back(tape.input(input, true));
    example.function(inputs);
    for (const Tape::Node& node : tape.nodes()) {
      CAPTURE(node.op);
      CHECK(op_formula(node.op).empty() == (node.op == "input"));
    }
  }
  CHECK(op_formula("relu") == "y = max(0, x)");
  CHECK(op_formula("parameter").empty());
}
