#include "engine/ops.h"
#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("matmul, linear and distances, by hand") {
  for (const Device& device : devices()) {
    const Variable a = tensor(device, {2, 2}, {1, 2, 3, 4}), b = tensor(device, {2, 1}, {5, 6});
    CHECK(matmul(a, b).value.values() == std::vector<Real>{17, 39});
    CHECK(linear(a, b, tensor(device, {1}, {100})).value.values() == std::vector<Real>{117, 139});
    CHECK(linear(reshape(a, {2, 1, 2}), b).shape() == Shape{2, 1, 1});
    CHECK(linear(tensor(device, {2}, {1, 2}), b).value.values() == std::vector<Real>{17});
    CHECK(pairwise_squared_distances(a, tensor(device, {1, 2}, {1, 0})).value.values() ==
          std::vector<Real>{4, 20});
  }
}

TEST_CASE("rows that are not there") {
  Device device = Device::open("reference");
  CHECK(linear(tensor(device, {0, 2}, {}), tensor(device, {2, 3}, {1, 2, 3, 4, 5, 6})).shape() ==
        Shape{0, 3});
}

TEST_CASE("linear: shapes that do not fit are printed") {
  Device device = Device::open("reference");
  const Variable a = Tensor::zeros(device, {2, 3}), b = Tensor::zeros(device, {2, 4}),
                 v = Tensor::zeros(device, {3});
  CHECK(message_of([&] { matmul(a, b); }) ==
        "matmul takes [..., m, k] and [..., k, n], not [2, 3] and [2, 4]");
  CHECK(message_of([&] { matmul(v, a); }) == "matmul takes [..., m, k] and [..., k, n], not [3] and [2, 3]");
  CHECK(message_of([&] { linear(a, b); }) ==
        "linear takes x [..., in] and a weight [in, out], not [2, 3] and [2, 4]");
  CHECK(message_of([&] {
          linear(b, Tensor::zeros(device, {4, 2}), v);
        }) == "linear with a weight [4, 2] takes a bias [2], not [3]");
  CHECK(message_of([&] { pairwise_squared_distances(a, b); }) ==
        "pairwise_squared_distances takes [m, k] and [n, k], not [2, 3] and [2, 4]");
  CHECK(message_of([&] { matmul(Variable(), Variable()); }) == "matmul was given an empty tensor");
}

TEST_CASE("tensors of two devices do not meet") {
  const std::vector<Device>& all = devices();
  if (all.size() < 2) return;
  const Variable a = Tensor::zeros(all[0], {1, 1}), b = Tensor::zeros(all[1], {1, 1});
  CHECK(message_of([&] { matmul(a, b); }) ==
        "matmul was given tensors of two devices, '" + all[0].name() + "' and '" + all[1].name() + "'");
}

TEST_CASE("matmul of batches is the matrix product of each pair") {
  for (const Device& device : devices()) {
    std::vector<Real> values(24);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = Real((i * 7) % 11) - 4;
    const Variable a = tensor(device, {2, 1, 2, 3}, std::vector<Real>(values.begin(), values.begin() + 12));
    const Variable b = tensor(device, {2, 3, 4}, values);
    const Variable c = matmul(a, b);
    REQUIRE(c.shape() == Shape{2, 2, 2, 4});
    std::vector<Real> expected;
    for (Index i = 0; i < 2; ++i)
      for (Index j = 0; j < 2; ++j) {
        const Variable one = matmul(reshape(slice(a, 0, i, 1), {2, 3}), reshape(slice(b, 0, j, 1), {3, 4}));
        for (const Real value : one.value.values()) expected.push_back(value);
      }
    CHECK(c.value.values() == expected);
    CHECK(message_of([&] { matmul(a, a); }) ==
          "matmul takes [..., m, k] and [..., k, n], not [2, 1, 2, 3] and [2, 1, 2, 3]");
  }
}
