#include "exercises/test.h"

namespace triptych {

using Op = Step::Op;

TEST_CASE("2.2 y = (x + 2) x at x = 3") {
  const std::vector<Step> tape = {
      {Op::input, -1, -1, 3}, {Op::input, -1, -1, 2}, {Op::add, 0, 1, 5}, {Op::multiply, 2, 0, 15}};
  CHECK(cotangents(tape) == std::vector<double>{8, 3, 3, 1});  // dy/dx = 2 x + 2
}

TEST_CASE("2.2 b = a + a, c = b + b: the gradient is 4") {
  const std::vector<Step> tape = {{Op::input, -1, -1, 1}, {Op::add, 0, 0, 2}, {Op::add, 1, 1, 4}};
  CHECK(cotangents(tape) == std::vector<double>{4, 2, 1});
}

TEST_CASE("2.2 a square is read twice by one step; a value that nothing reads has no gradient") {
  const std::vector<Step> tape = {{Op::input, -1, -1, 7}, {Op::input, -1, -1, 5}, {Op::multiply, 1, 1, 25}};
  CHECK(cotangents(tape) == std::vector<double>{0, 10, 1});
}

TEST_CASE("2.2 a million steps deep") {
  std::vector<Step> tape = {{Op::input, -1, -1, 1}};
  for (int i = 0; i < 1'000'000; ++i) tape.push_back({Op::multiply, i, 0, 1});
  CHECK(cotangents(tape)[0] == 1'000'001);  // x^1000001 at 1
}

}  // namespace triptych
