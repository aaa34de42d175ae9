#include "reid/training/epoch_record.h"

#include <doctest/doctest.h>

#include <numeric>

#include "engine/error.h"

using namespace triptych;

TEST_CASE("a histogram counts each pair once, by whether it is one person's") {
  // Images 0 and 1 are one person at distance 0.12, image 2 is another at 1.03 and 3.99 from them.
  const std::vector<Real> d = {0,          Real(0.12), Real(1.03), Real(0.12), 0,
                               Real(3.99), Real(1.03), Real(3.99), 0};
  DistanceHistogram histogram;
  histogram.add(d, std::vector<std::int32_t>{7, 7, 9});
  CHECK(histogram.same[2] == 1);        // 0.10 .. 0.15
  CHECK(histogram.different[20] == 1);  // 1.00 .. 1.05
  CHECK(histogram.different[79] == 1);
  CHECK(std::accumulate(histogram.same.begin(), histogram.same.end(), 0) == 1);
  CHECK(std::accumulate(histogram.different.begin(), histogram.different.end(), 0) == 2);
  CHECK_THROWS_AS(histogram.add(d, std::vector<std::int32_t>{7, 7}), Error);
}

TEST_CASE("the threshold at equal error lies where as many are missed as are confused") {
  DistanceHistogram apart;  // all same pairs below all different ones: no error
  apart.same[10] = 5, apart.different[40] = 9;
  CHECK(equal_error(apart).error == doctest::Approx(0));
  CHECK(equal_error(apart).threshold >= 11 * DistanceHistogram::width - 1e-9);
  CHECK(equal_error(apart).threshold <= 41 * DistanceHistogram::width);

  DistanceHistogram mixed;  // a quarter of each lies on the wrong side of bin 20
  mixed.same[10] = 3, mixed.same[30] = 1, mixed.different[10] = 1, mixed.different[30] = 3;
  CHECK(equal_error(mixed).error == doctest::Approx(0.25));

  DistanceHistogram alike;  // one bin holds everything: a threshold in its middle errs half the time
  alike.same[4] = 10, alike.different[4] = 10;
  CHECK(equal_error(alike).error == doctest::Approx(0.5));
  CHECK(equal_error(alike).threshold == doctest::Approx(4.5 * DistanceHistogram::width));
  CHECK(equal_error(DistanceHistogram{}).error == 0);
}

TEST_CASE("the gradient norm of a layer joins its weight and its bias") {
  const std::vector<std::string> names = {"tier1.convolution.weight", "tier1.convolution.bias",
                                          "tier2.weight"};
  const auto layers =
      layer_gradient_norms(names, std::vector<Real>{9, 4, 2, 1, 2, 1});  // 3, 2 sqrt(4), sqrt(2)
  REQUIRE(layers.size() == 2);
  CHECK(layers[0].first == "tier1.convolution");
  CHECK(layers[0].second == doctest::Approx(5));
  CHECK(layers[1].first == "tier2");
  CHECK(layers[1].second == doctest::Approx(std::sqrt(2)));
}
