#include <cmath>
#include <limits>
#include <optional>

#include "engine/optimizer.h"
#include "tests/engine/helpers.h"

using namespace triptych;

// Misuse that could give a wrong gradient or a crash in silence. Each is an Error that says what to do.

TEST_CASE("a value of an earlier tape on a new one is an Error; detached, it is a constant") {
  const Device device = Device::open("reference");
  std::optional<Variable> hidden;
  for (int step = 0; step < 4; ++step) {
    Tape tape;  // at the same address each time
    const Variable x = tape.input(Tensor::filled(device, {1}, 2), true);
    const Variable w = tape.input(Tensor::filled(device, {1}, 3), true);
    const Variable y = multiply(x, w);
    if (hidden) {
      CHECK(contains(message_of([&] { add(y, *hidden); }), "on a tape that no longer exists"));
      CHECK(contains(message_of([&] { add(y, *hidden); }), "use detach() on it"));
    }
    const Variable h = hidden ? add(y, detach(*hidden)) : y;
    tape.backward(h);
    CHECK(h.value.item() == (hidden ? 12 : 6));
    CHECK(tape.gradient(x).item() == 3);
    CHECK(tape.gradient(w).item() == 2);
    hidden = y;
  }
}

TEST_CASE("a value of a longer tape that is gone does not index into a shorter one") {
  const Device device = Device::open("reference");
  std::optional<Variable> hidden;
  for (int step = 0; step < 3; ++step) {
    Tape tape;
    const Variable x = tape.input(Tensor::filled(device, {1}, 2), true);
    Variable y = x;
    for (int i = 0; i < (step == 0 ? 5000 : 1); ++i) y = add(y, x);
    if (hidden) CHECK(contains(message_of([&] { add(y, *hidden); }), "no longer exists"));
    tape.backward(y);
    CHECK(tape.gradient(x).item() == (step == 0 ? 5001 : 2));
    hidden = y;
  }
}

TEST_CASE(
    "a variable that outlives its tape is an Error wherever the tape is needed, and its value is there") {
  const Device device = Device::open("reference");
  Variable outlives;
  {
    Tape tape;
    outlives = scale(tape.input(Tensor::filled(device, {2}, 2), true), 2);
  }
  Parameter weight(Tensor::filled(device, {2}, 1));
  Tape other;
  CHECK(contains(message_of([&] { relu(outlives); }), "of shape [2] was computed on a tape that no longer"));
  CHECK(contains(message_of([&] { use(weight, outlives); }), "no longer exists"));
  CHECK(contains(message_of([&] { other.gradient(outlives); }), "no longer exists"));
  CHECK(contains(message_of([&] { other.backward(outlives, outlives.value); }), "no longer exists"));
  CHECK(relu(outlives.value).value.values() == std::vector<Real>{4, 4});
  CHECK(detach(outlives).tape() == nullptr);
}

TEST_CASE("values of two living tapes are an Error") {
  const Device device = Device::open("reference");
  Tape one, other;
  const Variable a = one.input(Tensor::filled(device, {1}, 2), true);
  const Variable b = other.input(Tensor::filled(device, {1}, 3), true);
  CHECK(contains(message_of([&] { add(a, b); }), "op 'add' was given values of two tapes; use detach()"));
}

TEST_CASE("a tensor that is written between forward and backward is an Error") {
  const Device device = Device::open("reference");
  Parameter w(Tensor::filled(device, {1}, 3));
  const auto message_after = [&](const auto& change) {
    Tape tape;
    const Variable x = tape.input(Tensor::filled(device, {1}, 2), true);
    const Variable y = multiply(x, tape.parameter(w));
    change();
    return message_of([&] { tape.backward(y); });
  };
  CHECK(message_after([] {}).empty());
  CHECK(message_after([&] { w.value.fill(100); }) ==
        "backward of op #2 'multiply': a tensor of shape [1] that backward needs was written after the "
        "forward pass (by an optimizer step, fill or copy_from); run backward first, or give the op a "
        "copy()");
  CHECK(contains(message_after([&] { w.value.copy_from(Tensor::zeros(device, {1})); }), "was written after"));
  Optimizer optimizer({{"w", &w}}, {});
  CHECK(contains(message_after([&] { optimizer.step(0.1); }), "was written after the forward pass"));
  CHECK(message_after([&] {
          w.value = Tensor::zeros(device, {1});
        }).empty());  // another tensor: the old one is whole
}

TEST_CASE("a tensor that backward does not need may be written") {
  const Device device = Device::open("reference");
  Tape tape;
  const Variable x = tape.input(Tensor::filled(device, {1}, 2), true);
  const Variable y = add(x, x);
  x.value.fill(7);
  tape.backward(y);
  CHECK(tape.gradient(x).item() == 2);
}

TEST_CASE("rows of any size are normalised to length 1, and zeros stay zeros") {
  for (const Device& device : devices())
    for (const double size : {1e-37, 1e-25, 1e-18, 1.0, 1e18, 4e18, 1e19, 2e19, 1e25, 1e30, 5e37}) {
      const auto s = static_cast<Real>(size);
      Tape tape;
      const Variable x = tape.input(tensor(device, {2, 2}, {3 * s, 4 * s, 0, 0}), true);
      const Variable y = l2_normalise(x, std::numeric_limits<Real>::min());
      const std::vector<Real> values = y.value.values();
      CAPTURE(size);
      CHECK(values[0] == doctest::Approx(0.6));
      CHECK(values[1] == doctest::Approx(0.8));
      CHECK(values[2] == 0);
      CHECK(values[3] == 0);
      // (dy - y (y . dy)) / |x| with dy = (1, 0): (0.64, -0.48) / 5 s, which a Real must hold
      tape.backward(y, tensor(device, {2, 2}, {1, 0, 0, 0}));
      if (size < 1e-36 || size > 1e35) continue;
      const std::vector<Real> gradient = tape.gradient(x).values();
      CHECK(double(gradient[0]) * size == doctest::Approx(0.128));
      CHECK(double(gradient[1]) * size == doctest::Approx(-0.096));
    }
}

TEST_CASE("the gradient of a row of zeros is dy / epsilon") {
  for (const Device& device : devices()) {
    Tape tape;
    const Variable x = tape.input(Tensor::zeros(device, {1, 2}), true);
    const Variable y = l2_normalise(x, Real(0.5));
    tape.backward(y, tensor(device, {1, 2}, {3, -1}));
    CHECK(tape.gradient(x).values() == std::vector<Real>{6, -2});
  }
}

TEST_CASE("rows that hold a NaN or an infinity stay recognisable") {
  const Real infinity = std::numeric_limits<Real>::infinity(), nan = std::numeric_limits<Real>::quiet_NaN();
  for (const Device& device : devices()) {
    const std::vector<Real> y = l2_normalise(tensor(device, {2, 2}, {nan, 1, infinity, 1})).value.values();
    CHECK(std::isnan(y[0]));
    CHECK(std::isnan(y[1]));
    CHECK(std::isnan(y[2]));
  }
}

TEST_CASE("gradients whose squares overflow or vanish are clipped to the right norm") {
  for (const Device& device : devices())
    for (const double size : {1e-30, 1e-22, 1.0, 1e20, 1e30}) {
      Parameter p(Tensor::zeros(device, {2})), q(Tensor::zeros(device, {1}));
      const auto s = static_cast<Real>(size);
      p.gradient = tensor(device, {2}, {3 * s, 4 * s});
      q.gradient = tensor(device, {1}, {12 * s});
      CAPTURE(size);
      CHECK(clip_gradients({{"p", &p}, {"q", &q}}, 6.5 * size) / size == doctest::Approx(13));
      CHECK(double(p.gradient.values()[0]) / size == doctest::Approx(1.5));
      CHECK(double(q.gradient.values()[0]) / size == doctest::Approx(6));
    }
}

TEST_CASE("an optimizer steps with a number") {
  const Device device = Device::open("reference");
  Parameter w(Tensor::filled(device, {1}, 3));
  Optimizer optimizer({{"w", &w}}, {});
  for (const double rate : {std::nan(""), -1.0, HUGE_VAL})
    CHECK(contains(message_of([&] { optimizer.step(rate); }), "a finite rate of 0 or more"));
  CHECK(optimizer.steps() == 0);
  CHECK(w.value.item() == 3);
}

TEST_CASE("step() uses the rate of the options") {
  const Device device = Device::open("reference");
  Parameter one(Tensor::filled(device, {1}, 3)), other(Tensor::filled(device, {1}, 3));
  Optimizer::Options options;
  options.rate = 0.25;
  for (Parameter* p : {&one, &other}) p->gradient.fill(1);
  Optimizer first({{"w", &one}}, options), second({{"w", &other}}, options);
  first.step();
  second.step(0.25);
  CHECK(one.value.item() == other.value.item());
  CHECK(one.value.item() < 3);
  options.rate = std::nan("");
  CHECK(contains(message_of([&] { Optimizer({{"w", &one}}, options); }), "the rate must be finite"));
  options = {};
  options.nesterov = true;
  CHECK(contains(message_of([&] { Optimizer({{"w", &one}}, options); }), "nesterov are options of sgd"));
}

TEST_CASE("targets outside their range are Errors") {
  const Device device = Device::open("reference");
  const Tensor logits = Tensor::zeros(device, {2, 3});
  CHECK(contains(message_of([&] { cross_entropy(logits, integers(device, {2}, {0, 3})); }), "the target 3"));
  CHECK(contains(message_of([&] {
                   cross_entropy(logits, integers(device, {2}, {0, -1}));
                 }),
                 "the target -1"));
  const Tensor logit = Tensor::zeros(device, {1});
  for (const Real wrong : {Real(-0.1), Real(1.1), std::numeric_limits<Real>::quiet_NaN()})
    CHECK(contains(message_of([&] { binary_cross_entropy(logit, tensor(device, {1}, {wrong})); }),
                   "is not from 0 to 1"));
}
