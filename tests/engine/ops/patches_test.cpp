#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("a patch finds its match at most `reach` rows away") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {1, 3, 1, 1}, {1, 1, 1}), y = tensor(device, {1, 3, 1, 1}, {1, 2, 5});
    CHECK(patch_match(x, y, 0).value.values() == std::vector<Real>{1, 2, 5});
    CHECK(patch_match(x, y, 1).value.values() == std::vector<Real>{2, 5, 5});
    CHECK(patch_match(x, y, 9).value.values() == std::vector<Real>{5, 5, 5});
    CHECK(patch_match(x, concatenate({y, y}, 0), 0).shape() == Shape{1, 3, 1, 2});
  }
}

TEST_CASE("patches: shapes that do not fit are printed") {
  Device device = Device::open("reference");
  const Variable x = Tensor::zeros(device, {2, 3, 1, 4});
  CHECK(message_of([&] {
          patch_match(x, Tensor::zeros(device, {2, 2, 1, 4}));
        }) ==
        "patch_match takes queries [q, rows, columns, c] and candidates [k, rows, columns, c], not [2, 3, "
        "1, 4] and [2, 2, 1, 4]");
  CHECK(contains(message_of([&] { patch_match(x, x, -1); }), "a reach of 0 grid rows or more, not -1"));
}
