#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

TEST_CASE("reference softmax family: two logits whose difference is log 3") {
  const Real x[] = {Real(std::log(3.0)), 0};
  std::array<Real, 2> y;
  Real loss;
  const std::int32_t target[] = {1};
  Context context;
  k.softmax_forward(context, 1, 2, x, y.data());
  CHECK(y[0] == near(0.75));
  k.log_softmax_forward(context, 1, 2, x, y.data());
  CHECK(y[1] == near(std::log(0.25)));
  k.cross_entropy_forward(context, 1, 2, x, target, &loss, y.data());
  CHECK(loss == near(std::log(4.0)));
  CHECK(y[1] == near(0.25));
  Real dx[] = {10, 10};
  const Real dloss[] = {2};
  k.cross_entropy_backward(context, 1, 2, y.data(), target, dloss, dx);
  CHECK(dx[0] == near(11.5));
  CHECK(dx[1] == near(8.5));
}

TEST_CASE("reference binary cross-entropy: sure and right, sure and wrong, unsure") {
  const Real logit[] = {1000, 1000, 0}, target[] = {1, 0, Real(0.5)}, dloss[] = {1, 1, 1};
  std::array<Real, 3> loss, dlogit = {};
  Context context;
  k.binary_cross_entropy_forward(context, 3, logit, target, loss.data());
  CHECK(loss[0] == 0);
  CHECK(loss[1] == 1000);
  CHECK(loss[2] == near(std::log(2.0)));
  k.binary_cross_entropy_backward(context, 3, logit, target, dloss, dlogit.data());
  CHECK(dlogit == std::array<Real, 3>{0, 1, 0});
}

TEST_CASE("reference triplet loss: active, satisfied, and pulled under the ceiling") {
  // Rows of d: anchor 0 with 1 and 2, anchor 1 with 0 and 2.
  const Real d[] = {0, 2, 1, 2, 0, 5, 1, 5, 0};
  const std::int32_t triplets[] = {0, 1, 2, 1, 0, 2};
  const TripletRule rule{.margin = Real(0.5), .ceiling = Real(1.5), .beta = Real(0.25)};
  std::array<Real, 2> loss;
  Context context;
  k.triplet_forward(context, rule, 3, 2, triplets, d, loss.data());
  CHECK(loss == std::array<Real, 2>{Real(1.5 + 0.25 * 0.5), Real(0.25 * 0.5)});
  const Real dloss[] = {1, 10};
  std::array<Real, 9> dd = {};
  k.triplet_backward(context, rule, 3, 2, triplets, d, dloss, dd.data());
  CHECK(dd == std::array<Real, 9>{0, Real(1.25), -1, Real(2.5), 0, 0, 0, 0, 0});
  const TripletRule soft{.ceiling = 10, .soft_margin = true};
  k.triplet_forward(context, soft, 3, 2, triplets, d, loss.data());
  CHECK(loss[0] == near(std::log(1 + std::exp(1.0))));
}

TEST_CASE("reference active triplets: the hinge is above 0, and not at 0") {
  const Real d[] = {0, 2, 1, 2, 0, 3, 1, 3, 0};
  const std::int32_t triplets[] = {0, 1, 2, 1, 0, 2, 2, 0, 1};
  std::array<Real, 3> weight;
  Context context;
  k.active_triplets(context, 1, 3, 3, triplets, d, weight.data());  // 2, 0 and -1
  CHECK(weight == std::array<Real, 3>{1, 0, 0});
  k.active_triplets(context, 1.5, 3, 3, triplets, d, weight.data());
  CHECK(weight == std::array<Real, 3>{Real(0.5), Real(0.5), 0});
  k.active_triplets(context, -9, 3, 3, triplets, d, weight.data());
  CHECK(weight == std::array<Real, 3>{0, 0, 0});
}

// Anchor 0 with the positives 1, 2 and the negatives 3, 4, at 2, 1; 1.5, 3.
TEST_CASE("reference chosen triplets: hard, semihard, the first of equal ones") {
  Real d[25] = {0, 2, 1, Real(1.5), 3};
  const std::int32_t triplets[] = {0, 1, 3, 0, 1, 4, 0, 2, 3, 0, 2, 4};
  std::array<Real, 4> weight;
  Context context;
  k.chosen_triplets(context, TripletChoice::hard, 5, 4, triplets, d, weight.data());
  CHECK(weight == std::array<Real, 4>{1, 0, 0, 0});
  k.chosen_triplets(context, TripletChoice::semihard, 5, 4, triplets, d, weight.data());
  CHECK(weight == std::array<Real, 4>{0, 1, 1, 0});
  d[1] = d[2] = 4, d[3] = d[4] = 3;  // nobody is further away than a positive: the furthest, here both
  k.chosen_triplets(context, TripletChoice::semihard, 5, 4, triplets, d, weight.data());
  CHECK(weight == std::array<Real, 4>{1, 0, 1, 0});
  k.chosen_triplets(context, TripletChoice::hard, 5, 4, triplets, d, weight.data());
  CHECK(weight == std::array<Real, 4>{1, 0, 0, 0});
}
