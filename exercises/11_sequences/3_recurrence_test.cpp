#include <cmath>

#include "exercises/test.h"

namespace triptych {

static void check_near(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]));
}

TEST_CASE("11.3 one frame has no past") {
  const std::vector<double> x = {1, 2}, w_i = {1, 2, 3, 4}, w_s = {9, 9, 9, 9};
  check_near(recurrent_mean(x, 1, w_i, w_s), {1 + 7, 2 + 10});
}

TEST_CASE("11.3 the second frame hears the first one, bent by tanh") {
  const std::vector<double> x = {0.5, -1}, w_i = {2}, w_s = {3};  // of one number each
  const double o1 = 1, o2 = -2 + 3 * std::tanh(1.0);
  check_near(recurrent_mean(x, 2, w_i, w_s), {(0.5 + o1 - 1 + o2) / 2});
}

TEST_CASE("11.3 three frames of two numbers, whose memory is exchanged") {
  const std::vector<double> x = {1, 0, 0, 1, 0, 0}, w_i = {1, 0, 0, 1}, w_s = {0, 2, 1, 0};
  const double a = std::tanh(1.0), second = std::tanh(1 + 2 * a);  // o_1 = (1, 0), o_2 = (0, 1 + 2 a)
  check_near(recurrent_mean(x, 3, w_i, w_s), {(1 + 1 + second) / 3, (1 + 1 + 2 * a) / 3});
}

TEST_CASE("11.3 the order of frames is heard, and without W_s it is not") {
  const std::vector<double> x = {1, 0.2, -0.5}, turned = {-0.5, 0.2, 1}, w_i = {1}, w_s = {0.8}, none = {0};
  CHECK(std::abs(recurrent_mean(x, 3, w_i, w_s)[0] - recurrent_mean(turned, 3, w_i, w_s)[0]) > 0.01);
  check_near(recurrent_mean(x, 3, w_i, none), recurrent_mean(turned, 3, w_i, none));
}

}  // namespace triptych
