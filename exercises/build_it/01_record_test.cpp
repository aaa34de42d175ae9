#include "engine/ops.h"
#include "exercises/build_it/check.h"

using namespace triptych;

static Tensor value(const Device& device, Real x) {
  return Tensor::filled(device, {1}, x);
}

TEST_CASE("step 1: a node knows its op, its inputs in order, and whether a gradient passes") {
  const Device device = Device::open("reference");
  Tape tape;
  const Variable x = tape.input(value(device, 3), true), still = tape.input(value(device, 4));
  const Variable constant = value(device, 5);
  const auto backward = [](const BackwardStep&) {};
  const Variable y = record("mine", {&constant, &x, &still}, value(device, 6), backward);
  REQUIRE_MESSAGE(y.tape() == &tape, "an input is on a tape, so the result must be on it, too");
  CHECK_MESSAGE(y.index() == 2, "two nodes were there, so the new one has index 2, not ", y.index());
  CHECK(y.value.item() == 6);
  const Tape::Node& node = tape.nodes()[2];
  CHECK(node.op == "mine");
  const std::vector<int> inputs = {-1, 0, 1};
  CHECK_MESSAGE(node.inputs == inputs, "inputs are the constant, which is -1, and then nodes 0 and 1");
  CHECK_MESSAGE(node.needs_gradient, "input 1 of three needs a gradient, so this node does");
  CHECK_MESSAGE(static_cast<bool>(node.backward), "a gradient passes here: the backward function is needed");

  const Variable z = record("mine", {&still, &constant}, value(device, 7), backward);
  REQUIRE(z.tape() == &tape);
  CHECK_MESSAGE(!tape.nodes()[3].needs_gradient, "no input needs a gradient, so this node does not");
  CHECK_MESSAGE(!tape.nodes()[3].backward, "no gradient passes: what the backward function holds is freed");
}

TEST_CASE("step 1: without a tape nothing is recorded, and two tapes are an Error") {
  const Device device = Device::open("reference");
  const Variable constant = value(device, 5);
  const Variable y = record("mine", {&constant}, value(device, 6), [](const BackwardStep&) {});
  CHECK_MESSAGE(y.tape() == nullptr, "the inputs are constants, so the result is one");
  CHECK(y.value.item() == 6);
  Tape one, two;
  const Variable a = one.input(value(device, 1), true), b = two.input(value(device, 2), true);
  CHECK_THROWS_AS(record("mine", {&a, &b}, value(device, 3), [](const BackwardStep&) {}), Error);
}
