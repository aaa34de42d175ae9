#include "layers/pooling.h"

#include "engine/error.h"
#include "tests/layers/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

Tensor counted(const Device& device, const Shape& shape) {  // 0, 1, 2, ...
  std::vector<Real> values(static_cast<std::size_t>(shape.elements()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<Real>(i);
  return Tensor::from(device, shape, values);
}

}  // namespace

TEST_CASE("pooling: maximum and mean of windows; a rest that fills none is dropped") {
  for (const Device& device : devices()) {
    const Tensor x = counted(device, {1, 3, 5, 1});  // rows 0..4, 5..9, 10..14
    const Variable largest = MaxPool2d()(x), mean = AveragePool2d({2, 3, 1, 2})(x);
    CHECK(largest.shape() == Shape{1, 1, 2, 1});
    CHECK(largest.value.values() == std::vector<Real>{6, 8});
    CHECK(mean.shape() == Shape{1, 2, 2, 1});
    CHECK(mean.value.values() == std::vector<Real>{Real(3.5), Real(5.5), Real(8.5), Real(10.5)});
  }
}

TEST_CASE("pooling: strips take the patches that the mask leaves") {
  for (const Device& device : devices()) {
    const Tensor x = counted(device, {1, 4, 2, 1});  // rows (0 1) (2 3) (4 5) (6 7)
    const Tensor mask = Tensor::from(device, {1, 4, 2}, std::vector<std::uint8_t>{1, 0, 1, 0, 0, 0, 0, 0});
    CHECK(StripPool(StripPool::Kind::max, 2)(x, mask).shape() == Shape{1, 2, 1});
    CHECK(StripPool(StripPool::Kind::max, 2)(x, mask).value.values() == std::vector<Real>{2, 0});
    const Tensor weight = Tensor::from(device, {1, 4, 2}, std::vector<Real>{1, 0, 3, 0, 0, 0, 0, 5});
    CHECK(StripPool(StripPool::Kind::mean, 2)(x, weight).value.values() == std::vector<Real>{Real(1.5), 7});
    CHECK(StripPool(StripPool::Kind::mean, 1)(x, weight).value.values()[0] == doctest::Approx(41.0 / 9));
  }
}

TEST_CASE("pooling: strips share a row where the division leaves a rest") {
  for (const Device& device : devices()) {
    const Tensor x = counted(device, {1, 3, 1, 1});  // two strips of rows 0..1 and 1..2
    const Tensor weight = Tensor::filled(device, {1, 3, 1}, Real(1));
    CHECK(StripPool(StripPool::Kind::mean, 2)(x, weight).value.values() ==
          std::vector<Real>{Real(0.5), Real(1.5)});
  }
}

TEST_CASE("pooling: over time, the largest, the mean and the last") {
  for (const Device& device : devices()) {
    const Tensor x = Tensor::from(device, {3, 1, 2}, std::vector<Real>{1, 9, 5, 3, 0, 6});
    const auto pool = [&](TemporalPool::Kind kind) { return TemporalPool(kind)(x); };
    CHECK(pool(TemporalPool::Kind::max).shape() == Shape{1, 2});
    CHECK(pool(TemporalPool::Kind::max).value.values() == std::vector<Real>{5, 9});
    CHECK(pool(TemporalPool::Kind::mean).value.values() == std::vector<Real>{2, 6});
    CHECK(pool(TemporalPool::Kind::last).shape() == Shape{1, 2});
    CHECK(pool(TemporalPool::Kind::last).value.values() == std::vector<Real>{0, 6});
  }
}

TEST_CASE("pooling: what does not fit is refused") {
  const Device& device = reference_device();
  CHECK_THROWS_WITH_AS(StripPool(StripPool::Kind::max, 0), "StripPool: needs at least one strip, not 0",
                       Error);
  const TemporalPool over_time(TemporalPool::Kind::max);
  CHECK_THROWS_WITH_AS(over_time(random_tensor(device, {3, 2}, 1)),
                       "TemporalPool: needs x [steps, batch, features], not one of shape [3, 2]", Error);
  CHECK_THROWS_AS(MaxPool2d()(random_tensor(device, {1, 1, 5, 2}, 1)), Error);
  const Tensor x = random_tensor(device, {1, 4, 2, 3}, 1);
  CHECK_THROWS_AS(StripPool(StripPool::Kind::mean, 2)(x, random_tensor(device, {1, 2, 4}, 1)), Error);
}

#ifdef TRIPTYCH_DOUBLE
TEST_CASE("pooling: gradient check") {
  const Device& device = reference_device();
  check_layer(MaxPool2d(), {2, 5, 4, 3}, {});
  check_layer(MaxPool2d({3, 2, 1, 1}), {2, 5, 4, 3}, {});
  check_layer(AveragePool2d({2, 3, 2, 2}), {2, 6, 5, 3}, {});
  for (const TemporalPool::Kind kind :
       {TemporalPool::Kind::max, TemporalPool::Kind::mean, TemporalPool::Kind::last})
    check_layer(TemporalPool(kind), {5, 2, 3}, {});
  const Tensor mask =
      Tensor::from(device, {2, 3, 2}, std::vector<std::uint8_t>{1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0});
  const Tensor weight =
      Tensor::from(device, {2, 3, 2}, std::vector<Real>{1, 0, 2, 1, 0, 3, 1, 1, 0, 0, 0, 0});
  check_layer([&](const Variable& x) { return StripPool(StripPool::Kind::max, 2)(x, mask); }, {2, 3, 2, 4},
              {});
  check_layer([&](const Variable& x) { return StripPool(StripPool::Kind::mean, 2)(x, weight); }, {2, 3, 2, 4},
              {});
}
#endif
