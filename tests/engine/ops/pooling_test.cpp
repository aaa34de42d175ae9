#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("pooling by hand") {
  for (const Device& device : devices()) {
    const Variable x = tensor(device, {1, 2, 5, 1}, {1, 7, 3, 4, 9, 5, 6, 2, 8, 9});
    CHECK(max_pool2d(x, {}).value.values() == std::vector<Real>{7, 8});  // the fifth column fills no window
    CHECK(average_pool2d(x, {2, 3, 1, 2}).value.values() == std::vector<Real>{4, Real(35) / 6});
    // Strips of 3 rows in 2 share the middle row.
    const Variable patches = tensor(device, {1, 3, 1, 2}, {1, -1, 2, -2, 3, -3});
    CHECK(strip_max_pool(patches, bytes(device, {1, 3, 1}, {1, 1, 1}), 2).value.values() ==
          std::vector<Real>{2, -1, 3, -2});
    CHECK(strip_max_pool(patches, bytes(device, {1, 3, 1}, {1, 0, 0}), 2).value.values() ==
          std::vector<Real>{1, -1, 0, 0});
    CHECK(strip_mean_pool(patches, tensor(device, {1, 3, 1}, {3, 1, 0}), 2).value.values() ==
          std::vector<Real>{Real(1.25), Real(-1.25), 2, -2});
  }
}

TEST_CASE("pooling: shapes that do not fit are printed") {
  Device device = Device::open("reference");
  const Variable x = Tensor::zeros(device, {1, 3, 2, 1});
  CHECK(message_of([&] {
          max_pool2d(x, {4, 1, 1, 1});
        }) == "max_pool2d: the window 4 x 1 is larger than the image [1, 3, 2, 1]");
  CHECK(message_of([&] {
          average_pool2d(Tensor::zeros(device, {3, 2}), {});
        }) == "average_pool2d takes x [n, h, w, c], not [3, 2]");
  CHECK(contains(message_of([&] { max_pool2d(x, {2, 2, 0, 1}); }), "windows and strides of 1 or more"));
  CHECK(contains(message_of([&] {
                   max_pool2d(Tensor::zeros(device, {1, 17, 17, 1}), {17, 17, 1, 1});
                 }),
                 "remembers the winner in a byte"));
  CHECK(message_of([&] {
          strip_max_pool(x, bytes(device, {3, 2}, {1, 1, 1, 1, 1, 1}), 1);
        }) == "strip_max_pool of x [1, 3, 2, 1] takes one number a patch, [1, 3, 2], not [3, 2]");
  CHECK(message_of([&] {
          strip_mean_pool(x, Tensor::zeros(device, {1, 3, 2}), 4);
        }) == "strip_mean_pool cuts 3 rows of patches into 1 to 3 strips, not 4");
  CHECK(contains(message_of([&] {
                   strip_max_pool(x, Tensor::zeros(device, {1, 3, 2}), 1);
                 }),
                 "used as one of byte"));
}
