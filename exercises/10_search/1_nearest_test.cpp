#include <algorithm>

#include "engine/random.h"
#include "exercises/test.h"

namespace triptych {

// `top` rows by sorting all exact distances.
static std::vector<Index> sorted_rows(const std::vector<double>& exact, std::size_t top) {
  std::vector<Index> rows;
  for (std::size_t i = 0; i < exact.size(); ++i) rows.push_back(static_cast<Index>(i));
  std::stable_sort(rows.begin(), rows.end(), [&](Index a, Index b) {
    return exact[static_cast<std::size_t>(a)] < exact[static_cast<std::size_t>(b)];
  });
  rows.resize(std::min(top, rows.size()));
  return rows;
}

// How many exact distances the task allows.
static std::size_t allowed_calls(const std::vector<double>& exact, const std::vector<double>& rough,
                                 double error, std::size_t top) {
  std::vector<double> nearest;
  std::size_t calls = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    if (nearest.size() == top && rough[i] - error > nearest.back()) continue;
    ++calls;
    nearest.insert(std::upper_bound(nearest.begin(), nearest.end(), exact[i]), exact[i]);
    if (nearest.size() > top) nearest.pop_back();
  }
  return calls;
}

static void check_search(const std::vector<double>& exact, const std::vector<double>& rough, double error,
                         std::size_t top) {
  std::size_t calls = 0;
  const auto found = nearest_exact(rough, error, top, [&](Index row) {
    ++calls;
    return exact[static_cast<std::size_t>(row)];
  });
  CHECK(found == sorted_rows(exact, top));
  CHECK(calls <= allowed_calls(exact, rough, error, top));
}

TEST_CASE("10.1 by hand") {
  // The rough distances of rows 1 and 3 are in the wrong order.
  const std::vector<double> exact = {4, 1.02, 3, 1.0, 2}, rough = {4, 0.98, 3, 1.05, 2};
  check_search(exact, rough, 0.06, 1);
  check_search(exact, rough, 0.06, 2);
  check_search(exact, rough, 0.06, 4);
}

TEST_CASE("10.1 errors in the worst direction") {
  // Near rows seem far and far rows seem near, by the whole error. A power of two is added without rounding.
  const double error = 1.0 / 64;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    std::vector<double> exact, rough;
    for (int i = 0; i < 400; ++i) {
      exact.push_back(static_cast<double>(random.integer(4096)) / 4096);
      rough.push_back(exact.back() + (exact.back() < 0.05 ? error : -error));
    }
    for (const std::size_t top : {1, 5, 20}) check_search(exact, rough, error, top);
  }
}

TEST_CASE("10.1 equal distances are in the order of the rows") {
  check_search({2, 1, 1, 0.5, 1, 1}, {2, 1, 1, 0.5, 1, 1}, 0.25, 3);
  check_search(std::vector<double>(50, 1.0), std::vector<double>(50, 1.0), 0, 4);
}

TEST_CASE("10.1 fewer rows than are wanted, and none") {
  check_search({2, 1}, {2, 1}, 0.1, 5);
  check_search({}, {}, 0.1, 5);
}

}  // namespace triptych
