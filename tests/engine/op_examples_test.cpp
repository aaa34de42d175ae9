#include "engine/op_examples.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
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

// The functions of engine/ops.h that return a Variable, the operators excepted (the example "operators").
std::vector<std::string> ops_of_the_header() {
  std::ifstream header("engine/ops.h");
  std::vector<std::string> names;
  const std::string start = "Variable ";
  for (std::string line; std::getline(header, line);) {
    const std::size_t bracket = line.find('(');
    if (!line.starts_with(start) || bracket == std::string::npos) continue;
    const std::string name = line.substr(start.size(), bracket - start.size());
    if (!name.starts_with("operator")) names.push_back(name);
  }
  return names;
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
  std::set<std::string> with_example;
  for (const OpExample& example : op_examples(Device::open("reference"), Random(1)))
    with_example.insert(example.op());
  // The kinds of activate have names of their own, and the gradient of detach is wrong on purpose.
  const std::set<std::string> without = {"activate", "detach"};
  const std::vector<std::string> ops = ops_of_the_header();
  CHECK(ops.size() > 50);
  for (const std::string& op : ops)
    CHECK_MESSAGE(with_example.count(op) + without.count(op) == 1, "no example of ", op);
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
