#include "engine/wrong_ops.h"

#include <cmath>
#include <set>

#include "engine/gradient_check.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("the gradient check finds every planted mistake, and nothing wrong with the op itself") {
  const double tolerance = sizeof(Real) == 8 ? 1e-6 : 0.05;
  for (const WrongOp& wrong : wrong_ops(Device::open("reference"), Random(1))) {
    CAPTURE(wrong.op);
    CHECK(check_gradients(wrong.right.function, wrong.right.inputs, {}, Random(2)).relative_error <=
          tolerance);
    const GradientCheck found = check_gradients(wrong.function, wrong.right.inputs, {}, Random(2));
    CHECK_FALSE(found.passed(tolerance));
    CHECK(found.relative_error > 0.05);
  }
}

TEST_CASE("forward of a wrong op is right: no loss curve tells of the mistake") {
  for (const WrongOp& wrong : wrong_ops(Device::open("reference"), Random(1))) {
    CAPTURE(wrong.op);
    const std::vector<Variable> inputs(wrong.right.inputs.begin(), wrong.right.inputs.end());
    const std::vector<Real> right = wrong.right.function(inputs).value.values();
    const std::vector<Real> got = wrong.function(inputs).value.values();
    REQUIRE(got.size() == right.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      CHECK(std::abs(got[i] - right[i]) <= 1e-5 * std::max(Real(1), std::abs(right[i])));
  }
}

TEST_CASE("each op is broken in one way, which a sentence describes") {
  std::set<std::string> names;
  for (const WrongOp& wrong : wrong_ops(Device::open("reference"), Random(1))) {
    CHECK(names.insert(wrong.op).second);
    CHECK(contains(wrong.mistake, "right is "));
  }
  CHECK(names.count("relu") == 1);
  CHECK(names.size() >= 10);
}
