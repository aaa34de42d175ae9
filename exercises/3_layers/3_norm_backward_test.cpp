#include "engine/ops.h"
#include "engine/random.h"
#include "exercises/test.h"

namespace triptych {

static const std::vector<double> x = {0.3, -1.2, 2.5, 0.9, 4.0}, dy = {1.0, -0.5, 0.25, 2.0, -1.5};
constexpr double gamma_ = 1.7, epsilon = 1e-3;

TEST_CASE("3.3 the engine's batch norm says the same") {
  Device device = Device::open("reference");
  const auto tensor = [&](const Shape& shape, const std::vector<double>& v) {
    return Tensor::from(device, shape, std::span<const Real>(v));
  };
  Tape tape;
  const Variable in = tape.input(tensor({5, 1}, x), true);
  const Variable gamma = tape.input(tensor({1}, {gamma_}), true), beta = tape.input(tensor({1}, {0}), true);
  BatchStatistics statistics;
  tape.backward(batch_norm(in, gamma, beta, epsilon, statistics), tensor({5, 1}, dy));

  const NormGradients ours = norm_backward(x, dy, gamma_, epsilon);
  CHECK(ours.dgamma == doctest::Approx(tape.gradient(gamma).item()));
  CHECK(ours.dbeta == doctest::Approx(tape.gradient(beta).item()));
  const std::vector<Real> dx = tape.gradient(in).values();
  REQUIRE(ours.dx.size() == dx.size());
  for (std::size_t i = 0; i < dx.size(); ++i) {
    CAPTURE(i);
    CHECK(ours.dx[i] == doctest::Approx(dx[i]));
  }
}

TEST_CASE("3.3 a constant added to the whole channel changes nothing: the gradient has no part along it") {
  double sum = 0;
  for (const double d : norm_backward(x, dy, gamma_, epsilon).dx) sum += d;
  CHECK(sum == doctest::Approx(0).scale(1));
}

}  // namespace triptych
