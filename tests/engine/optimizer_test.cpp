#include "engine/optimizer.h"

#include <cmath>

#include "tests/engine/helpers.h"

using namespace triptych;

namespace {

using Kind = Optimizer::Kind;
const double close = sizeof(Real) == 8 ? 1e-14 : 1e-6;

Parameter parameter(const Device& device, const std::vector<Real>& values, const std::vector<Real>& gradient,
                    bool decays = true) {
  Parameter result(tensor(device, {static_cast<Index>(values.size())}, values), decays);
  result.gradient.copy_from(tensor(device, result.value.shape(), gradient));
  return result;
}

void check_values(const Tensor& got, const std::vector<double>& expected) {
  const std::vector<Real> values = got.values();
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(std::abs(values[i] - expected[i]) <= close);
}

Optimizer::Options options(Kind kind, double decay = 0) {
  Optimizer::Options result;
  result.kind = kind, result.decay = decay;
  return result;
}

}  // namespace

TEST_CASE("SGD with momentum, by hand") {
  for (const Device& device : devices()) {
    Parameter w = parameter(device, {1, -2}, {Real(0.5), 1});
    Optimizer optimizer({{"w", &w}}, options(Kind::sgd));
    optimizer.step(0.1);  // v = g
    check_values(w.value, {1 - 0.05, -2 - 0.1});
    optimizer.step(0.1);  // v = 0.9 g + g
    check_values(w.value, {0.95 - 0.1 * 0.95, -2.1 - 0.1 * 1.9});
    check_values(w.gradient, {0.5, 1});
  }
}

TEST_CASE("Nesterov looks ahead; weight decay pulls towards 0, but not what does not decay") {
  for (const Device& device : devices()) {
    Parameter w = parameter(device, {2}, {1}), bias = parameter(device, {2}, {1}, false);
    Optimizer::Options nesterov = options(Kind::sgd, 0.5);
    nesterov.nesterov = true;
    Optimizer optimizer({{"w", &w}, {"bias", &bias}}, nesterov);
    optimizer.step(0.1);
    check_values(w.value, {2 - 0.1 * (2 + 0.9 * 2)});  // g + decay w = 2, v = 2
    check_values(bias.value, {2 - 0.1 * (1 + 0.9 * 1)});
  }
}

TEST_CASE("SGD on a quadratic follows its closed form") {
  // Without momentum on f = a w^2 / 2 every step multiplies w by 1 - rate a.
  Device device = Device::open("reference");
  Parameter w = parameter(device, {1}, {0});
  Optimizer::Options plain = options(Kind::sgd);
  plain.momentum = 0;
  Optimizer optimizer({{"w", &w}}, plain);
  for (int step = 0; step < 20; ++step) {
    w.gradient.copy_from(scale(w.value, 3).value);
    optimizer.step(0.1);
  }
  check_values(w.value, {std::pow(1 - 0.1 * 3, 20)});
}

TEST_CASE("Adam: the first step is rate * sign(g); with a constant gradient so is every step") {
  for (const Device& device : devices()) {
    Parameter w = parameter(device, {1, 1, 1}, {Real(1e-3), -5, 100});
    Optimizer optimizer({{"w", &w}}, options(Kind::adam));
    for (int step = 1; step <= 3; ++step) {
      optimizer.step(0.01);
      const double moved = 0.01 * step;
      const std::vector<Real> values = w.value.values();
      CHECK(std::abs(values[0] - (1 - moved)) < 1e-5);  // epsilon = 1e-8 is 1e-5 of |g|
      CHECK(std::abs(values[1] - (1 + moved)) < 1e-6);
      CHECK(std::abs(values[2] - (1 - moved)) < 1e-6);
    }
    CHECK(optimizer.steps() == 3);
  }
}

TEST_CASE("Adam against its recurrence, written out") {
  for (const Device& device : devices()) {
    Parameter w = parameter(device, {Real(0.7)}, {0});
    Optimizer optimizer({{"w", &w}}, options(Kind::adam));
    double value = 0.7, m = 0, v = 0;
    for (int t = 1; t <= 10; ++t) {
      const double g = std::sin(t);
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      value -= 0.01 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
      w.gradient.fill(static_cast<Real>(g));
      optimizer.step(0.01);
    }
    CHECK(std::abs(w.value.item() - value) <= (sizeof(Real) == 8 ? 1e-12 : 2e-6));
  }
}

TEST_CASE("AdamW shrinks beside the step, Adam mixes decay into the gradient") {
  Device device = Device::open("reference");
  Parameter a = parameter(device, {2}, {1}), b = parameter(device, {2}, {1}),
            bias = parameter(device, {2}, {1}, false);
  Optimizer adam({{"a", &a}}, options(Kind::adam, 0.5)),
      adamw({{"b", &b}, {"bias", &bias}}, options(Kind::adamw, 0.5));
  adam.step(0.01), adamw.step(0.01);
  CHECK(std::abs(a.value.item() - (2 - 0.01)) < 1e-6);  // the sign of g + decay w
  CHECK(std::abs(b.value.item() - (2 - 0.01 - 0.01 * 0.5 * 2)) < 1e-6);
  CHECK(std::abs(bias.value.item() - (2 - 0.01)) < 1e-6);
}

TEST_CASE("an optimizer that was saved and restored continues bit by bit") {
  for (const Kind kind : {Kind::sgd, Kind::adam, Kind::adamw})
    for (const Device& device : devices()) {
      Parameter w = parameter(device, {1, 2, 3}, {Real(0.3), -1, 2}),
                again = parameter(device, {1, 2, 3}, {0, 0, 0});
      Optimizer whole({{"w", &w}}, options(kind, 0.01)), resumed({{"w", &again}}, options(kind, 0.01));
      for (int step = 0; step < 5; ++step) whole.step(0.05);
      CHECK(whole.state().size() == (kind == Kind::sgd ? 1u : 2u));
      again.value.copy_from(w.value), again.gradient.copy_from(w.gradient);
      resumed.restore(whole.state(), whole.steps());
      for (int step = 0; step < 5; ++step) whole.step(0.05), resumed.step(0.05);
      CHECK(w.value.values() == again.value.values());
      CHECK(resumed.steps() == 10);
    }
}

TEST_CASE("a state that does not fit is refused, and nothing changes") {
  Device device = Device::open("reference");
  Parameter a = parameter(device, {1}, {1}), w = parameter(device, {1, 2}, {1, 1});
  Optimizer optimizer({{"a", &a}, {"w", &w}}, options(Kind::adam));
  optimizer.step(0.1);
  auto state = optimizer.state();
  const Real first = state.at("a.first").item();
  std::map<std::string, Tensor> other{{"a.first", tensor(device, {1}, {7})},
                                      {"a.second", tensor(device, {1}, {7})},
                                      {"w.first", tensor(device, {3}, {0, 0, 0})}};
  CHECK(contains(message_of([&] { optimizer.restore(other, 5); }),
                 "'w.first' has shape [3], the parameter [2]"));
  other.erase("w.first");
  CHECK(contains(message_of([&] { optimizer.restore(other, 5); }), "lacks 'w.first'"));
  CHECK(optimizer.state().at("a.first").item() == first);
  CHECK(optimizer.steps() == 1);
}

TEST_CASE("options that make no sense are refused") {
  Device device = Device::open("reference");
  Parameter w = parameter(device, {1}, {1});
  const auto with = [&](auto change) {
    Optimizer::Options changed;
    change(changed);
    return message_of([&] { Optimizer({{"w", &w}}, changed); });
  };
  CHECK(contains(with([](auto& o) { o.momentum = 1; }), "momentum"));
  CHECK(contains(with([](auto& o) { o.beta2 = 1; }), "beta2"));
  CHECK(contains(with([](auto& o) { o.decay = std::nan(""); }), "decay"));
  CHECK(contains(with([](auto& o) { o.momentum = 0.5; }), "momentum and nesterov are options of sgd"));
  CHECK(contains(with([](auto& o) { o.nesterov = true; }), "momentum and nesterov are options of sgd"));
  CHECK(contains(with([](auto& o) { o.kind = Optimizer::Kind::sgd, o.beta2 = 0.5; }),
                 "beta1, beta2 and epsilon are options of adam"));
  CHECK(contains(message_of([&] {
                   Optimizer({{"w", &w}, {"w", &w}}, {});
                 }),
                 "two parameters have the name 'w'"));
}

TEST_CASE("frozen parameters stay") {
  Device device = Device::open("reference");
  Parameter w = parameter(device, {1}, {1}), mean = Parameter::buffer(tensor(device, {1}, {4}));
  Optimizer optimizer({{"w", &w}, {"mean", &mean}}, {});
  optimizer.step(0.1);
  CHECK(mean.value.item() == 4);
  CHECK(w.value.item() < 1);
  CHECK(optimizer.state().count("mean.first") == 0);
}

TEST_CASE("gradients are clipped to a global norm") {
  for (const Device& device : devices()) {
    Parameter a = parameter(device, {0, 0}, {3, 0}), b = parameter(device, {0}, {-4});
    const ParameterList list{{"a", &a}, {"b", &b}};
    CHECK(clip_gradients(list, 10) == doctest::Approx(5));
    check_values(a.gradient, {3, 0});
    CHECK(clip_gradients(list, 1) == doctest::Approx(5));
    check_values(a.gradient, {0.6, 0});
    check_values(b.gradient, {-0.8});
    b.gradient.fill(std::nan(""));
    CHECK(std::isnan(clip_gradients(list, 1)));
    check_values(a.gradient, {0.6, 0});
    CHECK(contains(message_of([&] { clip_gradients(list, 0); }), "above 0"));
  }
}

TEST_CASE("schedules") {
  const Schedule cosine{Schedule::Kind::cosine, 2, 10, 110};
  CHECK(cosine.at(0) == doctest::Approx(0.2));
  CHECK(cosine.at(4) == doctest::Approx(1));
  CHECK(cosine.at(9) == doctest::Approx(2));
  CHECK(cosine.at(10) == doctest::Approx(2));
  CHECK(cosine.at(60) == doctest::Approx(1));
  CHECK(cosine.at(35) == doctest::Approx(1 + std::sqrt(0.5)));
  CHECK(std::abs(cosine.at(110)) < 1e-12);
  CHECK(std::abs(cosine.at(500)) < 1e-12);

  const Schedule constant{Schedule::Kind::constant, 3, 2, 10};
  CHECK(constant.at(0) == doctest::Approx(1.5));
  CHECK(constant.at(9) == 3);

  const Schedule step{Schedule::Kind::step, 1, 0, 30};
  CHECK(step.at(9) == 1);
  CHECK(step.at(10) == doctest::Approx(0.1));
  CHECK(step.at(20) == doctest::Approx(0.01));
  CHECK(step.at(29) == doctest::Approx(0.01));
  CHECK(step.at(31) == doctest::Approx(0.01));
}
