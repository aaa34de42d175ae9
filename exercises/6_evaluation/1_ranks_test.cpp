#include "exercises/test.h"

namespace triptych {

TEST_CASE("6.1 one right image, two people nearer") {
  const Found found = rank_one(std::vector<double>{0.4, 0.1, 0.9, 0.2}, {1, 2, 3, 4}, 1);
  CHECK(found.first_rank == 3);
  CHECK(found.average_precision == doctest::Approx(1.0 / 3));
}

TEST_CASE("6.1 two right images, at ranks 1 and 4") {
  const Found found = rank_one(std::vector<double>{0.1, 0.2, 0.3, 0.4}, {5, 6, 6, 5}, 5);
  CHECK(found.first_rank == 1);
  CHECK(found.average_precision == doctest::Approx((1.0 / 1 + 2.0 / 4) / 2));
}

TEST_CASE("6.1 the gallery is in no order: the nearest right image comes last") {
  const Found found = rank_one(std::vector<double>{0.4, 0.3, 0.2, 0.1}, {5, 6, 7, 5}, 5);
  CHECK(found.first_rank == 1);
  CHECK(found.average_precision == doctest::Approx((1.0 / 1 + 2.0 / 4) / 2));
}

TEST_CASE("6.1 a tie counts against the query: a collapsed network finds nobody") {
  const Found found = rank_one(std::vector<double>(10, 0.0), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 0);
  CHECK(found.first_rank == 10);
  CHECK(found.average_precision == doctest::Approx(0.1));
}

TEST_CASE("6.1 two right images at the same distance have places 1 and 2") {
  const Found tied = rank_one(std::vector<double>{0.1, 0.1, 0.2}, {5, 5, 6}, 5);
  CHECK(tied.first_rank == 1);
  CHECK(tied.average_precision == doctest::Approx(1));
  const Found behind = rank_one(std::vector<double>{0.3, 0.1, 0.3}, {5, 6, 5}, 5);
  CHECK(behind.first_rank == 2);
  CHECK(behind.average_precision == doctest::Approx((1.0 / 2 + 2.0 / 3) / 2));
}

TEST_CASE("6.1 a collapsed network with two right images among ten: ranks 9 and 10") {
  const Found found = rank_one(std::vector<double>(10, 0.0), {0, 0, 2, 3, 4, 5, 6, 7, 8, 9}, 0);
  CHECK(found.first_rank == 9);
  CHECK(found.average_precision == doctest::Approx((1.0 / 9 + 2.0 / 10) / 2));  // .1556
}

TEST_CASE("6.1 nobody to be found") {
  const Found found = rank_one(std::vector<double>{0.1, 0.2}, {1, 2}, 3);
  CHECK(found.first_rank == 0);
  CHECK(found.average_precision == 0);
}

}  // namespace triptych
