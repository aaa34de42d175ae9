#include "engine/gradient_check.h"
#include "engine/ops.h"
#include "exercises/test.h"

namespace triptych {

constexpr Index steps = 4, batch = 2, hidden = 3;

static Tensor normal(const Shape& shape, Random random) {
  std::vector<Real> values(shape.elements());
  for (Real& value : values) value = random.normal();
  static const Device device = Device::open("reference");
  return Tensor::from(device, shape, std::span<const Real>(values));
}

// All steps from h = 0, laid out as the engine's own gru: [steps, batch, hidden].
static Variable unrolled(const std::vector<Variable>& in) {
  Variable h = Tensor::zeros(in[0].device(), {batch, hidden});
  std::vector<Variable> all;
  for (Index t = 0; t < steps; ++t) {
    h = gru_step(reshape(slice(in[0], 0, t, 1), {batch, 3 * hidden}), h, in[1], in[2]);
    all.push_back(reshape(h, {1, batch, hidden}));
  }
  return concatenate(all, 0);
}

TEST_CASE("3.2 step by step it is the engine's gru") {
  const Random random(3);
  const std::vector<Tensor> inputs = {normal({steps, batch, 3 * hidden}, random.split(0)),
                                      normal({hidden, 3 * hidden}, random.split(1)),
                                      normal({3 * hidden}, random.split(2))};
  const std::vector<Real> ours = unrolled({inputs[0], inputs[1], inputs[2]}).value.values();
  const std::vector<Real> theirs = gru(inputs[0], inputs[1], inputs[2], false).value.values();
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    CAPTURE(i);
    CHECK(ours[i] == doctest::Approx(theirs[i]).epsilon(1e-12));
  }
}

TEST_CASE("3.2 a gradient flows through all steps") {
  const Random random(4);
  const std::vector<Tensor> inputs = {normal({steps, batch, 3 * hidden}, random.split(0)),
                                      normal({hidden, 3 * hidden}, random.split(1)),
                                      normal({3 * hidden}, random.split(2))};
  Tape tape;
  std::vector<Variable> leaves;
  for (const Tensor& input : inputs) leaves.push_back(tape.input(input, true));
  const Variable h = unrolled(leaves);
  REQUIRE(h.tape() == &tape);
  tape.backward(sum(slice(h, 0, steps - 1, 1)));
  double first_step = 0;
  const std::vector<Real> dx = tape.gradient(leaves[0]).values();
  for (Index i = 0; i < batch * 3 * hidden; ++i) first_step += dx[i] * dx[i];
  CHECK(first_step > 0);
}

}  // namespace triptych
