#include "exercises/test.h"

namespace triptych {

static Moments of(const std::vector<double>& values) {
  Moments moments;
  for (const double x : values) include(moments, x);
  return moments;
}

TEST_CASE("3.1 four numbers") {
  const Moments m = of({4, 7, 13, 16});
  CHECK(m.n == 4);
  CHECK(m.mean == 10);
  CHECK(m.m2 == doctest::Approx(90));
}

TEST_CASE("3.1 the same four, a billion further up") {
  const Moments m = of({1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16});
  CHECK(m.mean == 1e9 + 10);
  CHECK(m.m2 == doctest::Approx(90).epsilon(1e-6));
}

TEST_CASE("3.1 parts put together are the whole") {
  const Moments whole = of({1, 2, 4, 8, 16, 32, 64});
  for (const Moments& m :
       {merge(of({1, 2}), of({4, 8, 16, 32, 64})), merge(of({1, 2, 4, 8, 16, 32}), of({64})),
        merge(Moments{}, whole), merge(whole, Moments{})}) {
    CHECK(m.n == 7);
    CHECK(m.mean == doctest::Approx(whole.mean));
    CHECK(m.m2 == doctest::Approx(whole.m2));
  }
  CHECK(merge({}, {}).mean == 0);
}

}  // namespace triptych
