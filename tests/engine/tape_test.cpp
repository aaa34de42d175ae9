#include "engine/tape.h"

#include <cmath>
#include <limits>

#include "engine/optimizer.h"
#include "engine/random.h"
#include "kernels/kernels.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("a value used several times receives every contribution") {
  for (const Device& device : devices()) {
    CAPTURE(device.name());
    Tape tape;
    const Variable a = tape.input(tensor(device, {2}, {3, -5}), true);
    const Variable b = add(a, a);
    const Variable c = add(b, b);
    tape.backward(sum(c));
    CHECK(c.value.values() == std::vector<Real>{12, -20});
    CHECK(tape.gradient(a).values() == std::vector<Real>{4, 4});
  }
}

TEST_CASE("the gradient of a parameter is added to what is there") {
  for (const Device& device : devices()) {
    Parameter w(tensor(device, {2, 1}, {2, 3}));
    w.gradient.fill(10);
    for (int step = 1; step <= 2; ++step) {
      Tape tape;
      const Variable x = tape.input(tensor(device, {1, 2}, {5, 7}));
      tape.backward(sum(matmul(x, use(w, x))));
      CHECK(w.gradient.values() == std::vector<Real>{Real(10 + 5 * step), Real(10 + 7 * step)});
    }
    clear_gradients({{"w", &w}});
    CHECK(w.gradient.values() == std::vector<Real>{0, 0});
  }
}

TEST_CASE("a parameter that is used twice on one tape") {
  Device device = Device::open("reference");
  Parameter w(tensor(device, {1}, {3}));
  Tape tape;
  const Variable x = tape.input(tensor(device, {1}, {2}));
  tape.backward(multiply(multiply(x, use(w, x)), use(w, x)));  // x w^2: 2 x w = 12
  CHECK(w.gradient.item() == 12);
}

TEST_CASE("gradients stop at detach, at frozen parameters and at inputs that want none") {
  Device device = Device::open("reference");
  Parameter w(tensor(device, {1}, {3})), frozen(tensor(device, {1}, {4}));
  frozen.trainable = false;
  Tape tape;
  const Variable x = tape.input(tensor(device, {1}, {2}), true);
  const Variable cut = detach(multiply(x, use(w, x)));  // 6, a constant from here on
  tape.backward(
      multiply(multiply(cut, x), multiply(use(w, cut), use(frozen, cut))));  // 6 x w 4: dw = 48, dx = 72
  CHECK(tape.gradient(x).item() == 72);
  CHECK(w.gradient.item() == 48);
  CHECK(frozen.gradient.item() == 0);
  CHECK_FALSE(bool(tape.gradient(cut)));
}

TEST_CASE("a cotangent may start anywhere; reshape passes it on, also beside another use") {
  Device device = Device::open("reference");
  for (const bool keep : {false, true}) {
    Tape tape;
    tape.keep = keep;
    const Variable x = tape.input(tensor(device, {4}, {1, 2, 3, 4}), true);
    const Variable early = scale(x, 2);
    const Variable square = reshape(x, {2, 2});
    tape.backward(add(square, reshape(early, {2, 2})), tensor(device, {2, 2}, {1, 10, 100, 1000}));
    CHECK(tape.gradient(x).values() == std::vector<Real>{3, 30, 300, 3000});
    CHECK(bool(tape.gradient(square)) == keep);
    if (keep) CHECK(tape.gradient(square).values() == std::vector<Real>{1, 10, 100, 1000});
  }
}

TEST_CASE("a chain of 100000 nodes: nothing recurses") {
  Device device = Device::open("reference");
  Tape tape;
  const Variable x = tape.input(tensor(device, {1}, {1}), true);
  Variable y = x;
  for (int step = 0; step < 100000; ++step) y = add(y, x);
  tape.backward(y);
  CHECK(tape.gradient(x).item() == 100001);
}

TEST_CASE("a recurrence over 2000 steps, as one node and as a chain of them") {
  for (const Device& device : devices()) {
    CAPTURE(device.name());
    constexpr Index steps = 2000, hidden = 3;
    Random random(5);
    std::vector<Real> values(steps * hidden), weights(hidden * hidden);
    for (Real& value : values) value = static_cast<Real>(0.5 * random.normal());
    for (Real& weight : weights) weight = static_cast<Real>(0.4 * random.normal());
    const Tensor bias = tensor(device, {hidden}, {Real(0.1), Real(-0.2), Real(0.3)});

    Tape whole;
    const Variable x = whole.input(tensor(device, {steps, 1, hidden}, values), true);
    const Variable w = whole.input(tensor(device, {hidden, hidden}, weights), true);
    const Variable h = elman(x, w, bias, RecurrentOutput::tanh, false);
    whole.backward(sum(slice(h, 0, steps - 1, 1)));

    Tape chain;
    const Variable xs = chain.input(tensor(device, {steps, 1, hidden}, values), true);
    const Variable ws = chain.input(tensor(device, {hidden, hidden}, weights), true);
    Variable state;
    for (Index t = 0; t < steps; ++t) {
      const Variable projected = add(reshape(slice(xs, 0, t, 1), {1, hidden}), bias);
      state = tanh(t == 0 ? projected : add(projected, matmul(state, ws)));
    }
    chain.backward(sum(state));

    const auto last = slice(h.value, 0, steps - 1, 1).value.values(), same = state.value.values();
    const auto dw = whole.gradient(w).values(), dws = chain.gradient(ws).values();
    const auto dx = whole.gradient(x).values(), dxs = chain.gradient(xs).values();
    const double tolerance = sizeof(Real) == 8 ? 1e-12 : 1e-5;
    for (std::size_t i = 0; i < last.size(); ++i) CHECK(std::abs(last[i] - same[i]) <= tolerance);
    double norm = 0;
    for (std::size_t i = 0; i < dw.size(); ++i) {
      CHECK(std::abs(dw[i] - dws[i]) <= tolerance);
      norm += std::abs(dw[i]);
    }
    CHECK(norm > 1e-3);
    for (std::size_t i = 0; i < dx.size(); ++i) REQUIRE(std::abs(dx[i] - dxs[i]) <= tolerance);
  }
}

TEST_CASE("a pass without parameters keeps nothing") {
  for (const Device& device : devices()) {
    const std::size_t before = device.pool().bytes_in_use();
    Tape tape;
    Variable y = tape.input(Tensor::filled(device, {100, 100}, 1));
    for (int i = 0; i < 10; ++i) y = tanh(scale(y, 2));
    CHECK(tape.nodes().size() == 21);
    CHECK(device.pool().bytes_in_use() - before <= 2 * 100 * 100 * sizeof(Real));
    y = Variable();
    CHECK(device.pool().bytes_in_use() == before);
  }
}

TEST_CASE("backward lets go of what it has used, as it goes") {
  for (const Device& device : devices()) {
    const std::size_t one = 256 * 256 * sizeof(Real), before = device.pool().bytes_in_use();
    std::size_t held = 0;
    {
      Tape tape;
      Parameter w(Tensor::filled(device, {256, 256}, Real(0.01)));
      Variable y = tape.parameter(w);
      for (int i = 0; i < 16; ++i) y = tanh(y);  // each saves its output
      held = device.pool().bytes_in_use() - before;
      CHECK(held >= 18 * one);
      tape.backward(y, Tensor::filled(device, {256, 256}, 1));
      y = Variable();
      CHECK(device.pool().bytes_in_use() - before == 2 * one);  // the parameter and its gradient
      CHECK(device.pool().peak_bytes() - before <= held + 4 * one);
    }
    CHECK(device.pool().bytes_in_use() == before);
  }
}

TEST_CASE("a training step in steady state allocates nothing") {
  for (const Device& device : devices()) {
    CAPTURE(device.name());
    Random random(3);
    std::vector<Real> filters(3 * 3 * 2 * 4), matrix(4 * 4 * 4 * 5);
    for (Real& value : filters) value = static_cast<Real>(random.normal());
    for (Real& value : matrix) value = static_cast<Real>(random.normal());
    Parameter filter(tensor(device, {3, 3, 2, 4}, filters)), weight(tensor(device, {64, 5}, matrix));
    const ParameterList parameters{{"filter", &filter}, {"weight", &weight}};
    Optimizer optimizer(parameters, {});
    std::vector<std::size_t> allocations;
    for (int step = 0; step < 8; ++step) {
      Tape tape;
      const Variable x = tape.input(Tensor::filled(device, {6, 8, 8, 2}, Real(step + 1)));
      const Variable map =
          convolution2d_activation_pool(x, use(filter, x), Variable(), {1, 1}, Activation::relu);
      const Variable logits = linear(reshape(map, {6, 64}), use(weight, x));
      const Tensor target = integers(device, {6}, {0, 1, 2, 3, 4, 0});
      clear_gradients(parameters);
      tape.backward(mean(cross_entropy(logits, target)));
      clip_gradients(parameters, 1);
      optimizer.step(1e-3);
      allocations.push_back(device.pool().system_allocations());
    }
    for (std::size_t step = 3; step < allocations.size(); ++step) CHECK(allocations[step] == allocations[2]);
  }
}

TEST_CASE("anomaly detection names the first op that makes a NaN") {
  for (const Device& device : devices()) {
    Tape tape;
    tape.detect_anomalies = true;
    const Variable x = tape.input(tensor(device, {2, 1}, {1, -1}), true);
    const Variable huge = scale(x, std::numeric_limits<Real>::max());
    const std::string forward = message_of([&] { tanh(scale(huge, 10)); });
    CHECK(contains(
        forward,
        "2 of 2 numbers are NaN or infinite in the output of op #2 'scale' (inputs [2, 1] -> [2, 1])"));
  }
}

TEST_CASE("anomaly detection finds a NaN that only backward makes") {
  Device device = Device::open("reference");
  Tape tape;
  tape.detect_anomalies = true;
  const Variable x = tape.input(tensor(device, {1}, {1}), true);
  const Variable y = record("broken", {&x}, x.value.copy(), [](const BackwardStep& step) {
    const Tensor nan = Tensor::filled(step.device(), {1}, std::numeric_limits<Real>::quiet_NaN());
    step.kernels().add_scaled(step.context(), 1, 1, nan.real(), step.gradient(0));
  });
  const Variable loss = sum(tanh(y));
  CHECK(contains(message_of([&] { tape.backward(loss); }), "in the backward of op #1 'broken'"));
}

TEST_CASE("a tape that is misused says how") {
  Device device = Device::open("reference");
  Tape tape, other;
  const Variable x = tape.input(tensor(device, {2}, {1, 2}), true),
                 y = other.input(tensor(device, {2}, {1, 2}), true);
  CHECK(contains(message_of([&] { tape.backward(x); }), "not from shape [2]; sum or average it first"));
  CHECK(contains(message_of([&] { add(x, y); }), "op 'add' was given values of two tapes"));
  CHECK(contains(message_of([&] { tape.backward(y, y.value); }), "not on this tape"));
  CHECK(contains(message_of([&] { tape.backward(x, tensor(device, {1}, {1})); }),
                 "the cotangent has shape [1]"));
  CHECK(contains(message_of([&] { tape.gradient(y); }), "that is not on this tape"));
  tape.backward(sum(x));
  CHECK(contains(message_of([&] { scale(x, 2); }), "already run backward"));
  CHECK(contains(message_of([&] { tape.backward(x, x.value); }), "already run backward"));
}

TEST_CASE("the example of engine/README.md") {
  Device device = Device::open("reference");
  Parameter w(tensor(device, {2, 1}, {1, -2}));
  Tape tape;
  const Variable x = tape.input(tensor(device, {1, 2}, {3, 4}), true);
  const Variable y = matmul(x, use(w, x));
  const Variable loss = sum(multiply(y, y));
  tape.backward(loss);
  CHECK(loss.value.item() == 25);
  CHECK(tape.gradient(x).values() == std::vector<Real>{-10, 20});
  CHECK(w.gradient.values() == std::vector<Real>{-30, -40});
}

TEST_CASE(
    "somebody who looks on sees every node when it is made, and on the way back its inputs' cotangents so "
    "far") {
  Device device = Device::open("reference");
  Tape tape;
  tape.keep = true;
  std::vector<int> forward, backward;
  std::vector<std::vector<Real>> da;
  tape.on_forward = [&](int node) {
    forward.push_back(node);
    CHECK(tape.nodes()[static_cast<std::size_t>(node)].output.elements() == 2);
  };
  tape.on_backward = [&](int node) {
    backward.push_back(node);
    const Tensor& gradient = tape.nodes()[0].gradient;
    da.push_back(gradient ? gradient.values() : std::vector<Real>{});
  };
  const Variable a = tape.input(tensor(device, {2}, {3, 4}), true);
  const Variable b = scale(a, 2), c = add(b, a);
  tape.backward(c, tensor(device, {2}, {1, 10}));
  CHECK(forward == std::vector<int>{0, 1, 2});
  CHECK(backward == std::vector<int>{2, 1});
  CHECK(da == std::vector<std::vector<Real>>{{1, 10}, {3, 30}});  // first from c alone, then from b, too
}
