#include "reid/report/tsne.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/error.h"

using namespace triptych;

namespace {

constexpr std::size_t groups = 3, each = 8, n = groups * each;

// Three far groups of eight near points.
std::vector<Real> distances() {
  std::vector<Real> d(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      d[i * n + j] = i == j                 ? Real(0)
                     : i / each == j / each ? Real(0.1 + 0.01 * static_cast<double>((i + j) % 5))
                                            : Real(3);
  return d;
}

}  // namespace

TEST_CASE("t-SNE keeps three far groups apart and each together") {
  const std::vector<double> y = tsne(Device::open("cpu"), distances(), n, {5, 500, 1});
  const auto apart = [&](std::size_t i, std::size_t j) {
    return std::hypot(y[2 * i] - y[2 * j], y[2 * i + 1] - y[2 * j + 1]);
  };
  for (std::size_t i = 0; i < n; ++i) {
    double furthest_own = 0, nearest_other = 1e300;
    for (std::size_t j = 0; j < n; ++j) {
      if (i == j) continue;
      if (i / each == j / each)
        furthest_own = std::max(furthest_own, apart(i, j));
      else
        nearest_other = std::min(nearest_other, apart(i, j));
    }
    CAPTURE(i);
    CHECK(furthest_own < nearest_other);
  }
}

TEST_CASE("t-SNE: the same seed gives the same places for any number of threads, another seed others") {
  Device device = Device::open("cpu");
  device.use_threads(1);
  const std::vector<double> first = tsne(device, distances(), n, {5, 60, 1});
  device.use_threads(3);
  CHECK(tsne(device, distances(), n, {5, 60, 1}) == first);
  device.use_threads(1);
  CHECK(tsne(device, distances(), n, {5, 60, 2}) != first);
  CHECK_THROWS_AS(tsne(device, std::vector<Real>(3), 2, {}), Error);
}
