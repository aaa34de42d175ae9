#include <algorithm>
#include <cmath>

#include "exercises/test.h"

namespace triptych {

static const std::vector<std::vector<double>> values = {{1, 2}, {-1, 0.5}, {3, -2}, {0.25, 4}, {2, 2}};

static Part part_of(const std::vector<double>& scores, std::size_t from, std::size_t to) {
  Part part;
  for (std::size_t j = from; j < to; ++j) read_step(part, scores[j], values[j]);
  return part;
}

// y of all steps, in two passes.
static std::vector<double> expected(const std::vector<double>& scores) {
  const double largest = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  std::vector<double> y(2);
  for (std::size_t j = 0; j < scores.size(); ++j) {
    sum += std::exp(scores[j] - largest);
    for (std::size_t k = 0; k < 2; ++k) y[k] += std::exp(scores[j] - largest) * values[j][k];
  }
  return {y[0] / sum, y[1] / sum};
}

static void check_reads(const Part& part, const std::vector<double>& y) {
  REQUIRE(part.y.size() == 2);
  for (std::size_t k = 0; k < 2; ++k) CHECK(part.y[k] / part.sum == doctest::Approx(y[k]).epsilon(1e-12));
}

static const std::vector<std::vector<double>> lists = {
    {0.5, -1, 2, 0.1, 1}, {5, 4, 3, 2, 1}, {1000, 998, 1001, 1, 1000.5}, {-1000, -998, -1001, -1000, -999}};

TEST_CASE("8.3 one step after another") {
  for (const std::vector<double>& scores : lists) {
    CAPTURE(scores);
    const Part part = part_of(scores, 0, 5);
    check_reads(part, expected(scores));
    CHECK(part.largest == *std::max_element(scores.begin(), scores.end()));
    CHECK(part.sum >= 1);
  }
}

TEST_CASE("8.3 two parts, divided anywhere, in either order") {
  for (const std::vector<double>& scores : lists)
    for (std::size_t at = 0; at <= 5; ++at) {
      CAPTURE(scores);
      CAPTURE(at);
      const Part first = part_of(scores, 0, at), second = part_of(scores, at, 5);
      check_reads(combine(first, second), expected(scores));
      check_reads(combine(second, first), expected(scores));
    }
}

TEST_CASE("8.3 nothing and nothing is nothing") {
  const Part nothing = combine({}, {});
  CHECK(nothing.sum == 0);
  CHECK(nothing.y.empty());
  CHECK(nothing.largest == -INFINITY);
}

}  // namespace triptych
