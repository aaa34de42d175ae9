#include <cmath>

#include "engine/ops.h"
#include "exercises/test.h"

namespace triptych {

static const std::vector<double> values = {1, 2, -1, 0.5, 3, -2, 0.25, 4}, dy = {0.7, -1.3};  // v [4, 2]

// The same with the engine's ops: softmax over the allowed steps, times v.
static Reading engines(const std::vector<double>& s, const std::vector<std::uint8_t>& mask) {
  Device device = Device::open("reference");
  const Index n = static_cast<Index>(s.size());
  Tape tape;
  const Variable scores = tape.input(Tensor::from(device, {1, n}, std::span<const Real>(s)), true);
  const Variable v = tape.input(Tensor::from(device, {n, 2}, std::span<const Real>(values)), true);
  const Variable y =
      matmul(softmax(scores, Tensor::from(device, {1, n}, std::span<const std::uint8_t>(mask))), v);
  tape.backward(y, Tensor::from(device, {1, 2}, std::span<const Real>(dy)));
  return {y.value.values(), tape.gradient(scores).values(), tape.gradient(v).values()};
}

static void check_equal(const std::vector<double>& ours, const std::vector<double>& theirs) {
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    CAPTURE(i);
    CHECK(ours[i] == doctest::Approx(theirs[i]).epsilon(1e-10));
  }
}

static void compare(const std::vector<double>& s, const std::vector<std::uint8_t>& mask) {
  const Reading ours = read_values(s, mask, values, dy), theirs = engines(s, mask);
  check_equal(ours.y, theirs.y);
  check_equal(ours.ds, theirs.ds);
  check_equal(ours.dv, theirs.dv);
}

TEST_CASE("8.1 as the engine's ops have it") {
  compare({0.5, -1, 2, 0.1}, {1, 1, 1, 1});
  compare({0.5, -1, 2, 0.1}, {1, 0, 1, 1});
  compare({0.5, -1, 2, 0.1}, {0, 0, 0, 1});
}

TEST_CASE("8.1 adding the same to every score changes nothing: the gradients of the scores add up to 0") {
  double sum = 0, squares = 0;
  for (const double ds :
       read_values(std::vector<double>{0.5, -1, 2, 0.1}, std::vector<std::uint8_t>{1, 1, 1, 1}, values, dy)
           .ds)
    sum += ds, squares += ds * ds;
  CHECK(sum == doctest::Approx(0).scale(1));
  CHECK(squares > 0.1);
}

TEST_CASE("8.1 large scores, and scores that are small without exception") {
  compare({1000, 999, 998, 1001}, {1, 1, 1, 1});
  compare({-1000, -999, -1001, -1000.5}, {1, 1, 1, 1});
  compare({-5000, -999, -1001, 3000}, {1, 1, 1, 0});
}

TEST_CASE("8.1 what the mask forbids is not read, whatever it holds") {
  for (const double forbidden : {1e300, double(INFINITY), double(NAN)}) {
    CAPTURE(forbidden);
    const Reading reading = read_values(std::vector<double>{0.5, forbidden, 2, 0.1},
                                        std::vector<std::uint8_t>{1, 0, 1, 1}, values, dy);
    const Reading expected = engines({0.5, 0, 2, 0.1}, {1, 0, 1, 1});
    check_equal(reading.y, expected.y);
    check_equal(reading.ds, expected.ds);
    check_equal(reading.dv, expected.dv);
  }
}

TEST_CASE("8.1 a query that may read nothing gets 0 and sends nothing back") {
  const Reading reading =
      read_values(std::vector<double>{1, 2, 3, 4}, std::vector<std::uint8_t>{0, 0, 0, 0}, values, dy);
  for (const std::vector<double>& part : {reading.y, reading.ds, reading.dv})
    for (const double value : part) CHECK(value == 0);
}

}  // namespace triptych
