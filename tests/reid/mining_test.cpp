#include "reid/loss/mining.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace triptych;

namespace {

// Two images each of persons 0 and 1, and one of person 2. Distances chosen so that every rule picks
// something else.
const std::vector<std::int32_t> identities = {0, 1, 0, 1, 2};
const std::vector<Real> distances = {
    // to:   0           1           2           3           4
    Real(0.0), Real(0.9), Real(0.5),
    Real(0.6), Real(0.2),  // 0: positive 2 at 0.5
    Real(0.9), Real(0.0), Real(0.8),
    Real(0.1), Real(0.3),  // 1: positive 3 at 0.1
    Real(0.5), Real(0.8), Real(0.0),
    Real(0.4), Real(0.3),  // 2: positive 0 at 0.5, all negatives but 1 nearer
    Real(0.6), Real(0.1), Real(0.4),
    Real(0.0), Real(0.7),  // 3: positive 1 at 0.1
    Real(0.2), Real(0.3), Real(0.3),
    Real(0.7), Real(0.0),  // 4: nobody else is person 2
};
using Triplets = std::vector<std::int32_t>;

}  // namespace

TEST_CASE("hard mining: the furthest positive and the nearest negative of each anchor") {
  Random random(1);
  CHECK(mine(Mining::hard, distances, identities, 0.3, random).triplets ==
        Triplets{0, 2, 4, 1, 3, 4, 2, 0, 4, 3, 1, 2});
}

TEST_CASE("hard mining takes the furthest of several positives") {
  Random random(1);
  const std::vector<std::int32_t> three_images = {0, 0, 0, 1};
  const std::vector<Real> d = {0,         Real(0.2), Real(0.6), Real(0.5),  //
                               Real(0.2), 0,         Real(0.4), Real(0.7),  //
                               Real(0.6), Real(0.4), 0,         Real(0.9),  //
                               Real(0.5), Real(0.7), Real(0.9), 0};
  CHECK(mine(Mining::hard, d, three_images, 0.3, random).triplets == Triplets{0, 2, 3, 1, 2, 3, 2, 0, 3});
}

TEST_CASE("semi-hard mining: the nearest negative beyond the positive") {
  Random random(1);
  CHECK(mine(Mining::semihard, distances, identities, 0.3, random).triplets ==
        Triplets{0, 2, 3, 1, 3, 4, 2, 0, 1, 3, 1, 2});
}

TEST_CASE("semi-hard mining falls back on the furthest negative when none is beyond the positive") {
  Random random(1);
  const std::vector<std::int32_t> three = {0, 0, 1};
  const std::vector<Real> d = {0, Real(0.9), Real(0.4), Real(0.9), 0, Real(0.5), Real(0.4), Real(0.5), 0};
  CHECK(mine(Mining::semihard, d, three, 0.3, random).triplets == Triplets{0, 1, 2, 1, 0, 2});
}

TEST_CASE("all active triplets, and what the batch says") {
  Random random(1);
  const MinedTriplets mined = mine(Mining::all, distances, identities, 0.3, random);
  // d(a,p) - d(a,n) + 0.3 > 0: anchor 0: negatives 3, 4 (0.9 is too far); 1: 4; 2: 3, 4 (0.8 lies exactly at
  // the margin and is not active, up to rounding); 3: 2 lies exactly at the margin
  CHECK(mined.possible == 4 * 3);
  CHECK(mined.active == mined.count());
  for (const Triplets& expected :
       {Triplets{0, 2, 3}, Triplets{0, 2, 4}, Triplets{1, 3, 4}, Triplets{2, 0, 3}, Triplets{2, 0, 4}}) {
    bool found = false;
    for (std::size_t t = 0; t < mined.triplets.size(); t += 3)
      found |= std::equal(expected.begin(), expected.end(),
                          mined.triplets.begin() + static_cast<std::ptrdiff_t>(t));
    CHECK(found);
  }
  for (std::size_t t = 3; t < mined.triplets.size(); t += 3)
    CHECK(mined.triplets[t] >= mined.triplets[t - 3]);  // by anchor
  CHECK(mined.mean_positive == doctest::Approx((0.5 + 0.1 + 0.5 + 0.1) / 4));
  CHECK(mined.mean_negative == doctest::Approx(2 * (0.9 + 0.6 + 0.2 + 0.8 + 0.3 + 0.4 + 0.3 + 0.7) / 16));
}

TEST_CASE("random mining draws a negative for each anchor and positive, from the seed alone") {
  Random first(5), again(5), other(6);
  const Triplets drawn = mine(Mining::random, distances, identities, 0.3, first).triplets;
  REQUIRE(drawn.size() == 4 * 3);
  for (std::size_t t = 0; t < drawn.size(); t += 3) {
    CHECK(identities[static_cast<std::size_t>(drawn[t])] ==
          identities[static_cast<std::size_t>(drawn[t + 1])]);
    CHECK(identities[static_cast<std::size_t>(drawn[t])] !=
          identities[static_cast<std::size_t>(drawn[t + 2])]);
  }
  CHECK(mine(Mining::random, distances, identities, 0.3, again).triplets == drawn);
  bool differs = false;
  for (int i = 0; i < 10; ++i)
    differs |= mine(Mining::random, distances, identities, 0.3, other).triplets != drawn;
  CHECK(differs);
}

TEST_CASE("a batch without positives or without negatives has no triplets") {
  Random random(1);
  const std::vector<Real> d = {0, 1, 1, 0};
  CHECK(mine(Mining::all, d, std::vector<std::int32_t>{0, 1}, 0.3, random).count() == 0);
  CHECK(mine(Mining::hard, d, std::vector<std::int32_t>{4, 4}, 0.3, random).count() == 0);
}
