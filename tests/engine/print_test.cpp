#include "engine/print.h"

#include <limits>

#include "tests/engine/helpers.h"

using namespace triptych;

// What NumPy prints for the same float32 arrays.
TEST_CASE("tensors print like NumPy's") {
  Device device = Device::open("reference");
  const Real nan = std::numeric_limits<Real>::quiet_NaN(), inf = std::numeric_limits<Real>::infinity();
  CHECK(text(tensor(device, {2, 2}, {1, 0.5, -2, 0.25})) == "[[ 1.    0.5 ]\n [-2.    0.25]]");
  CHECK(text(tensor(device, {3}, {1, 2, 3})) == "[1. 2. 3.]");
  CHECK(text(tensor(device, {2}, {Real(1e-5), 1})) == "[1.e-05 1.e+00]");
  CHECK(text(tensor(device, {2}, {Real(1.5e-5), 1})) == "[1.5e-05 1.0e+00]");
  CHECK(text(tensor(device, {2}, {Real(0.25), 4096})) == "[2.500e-01 4.096e+03]");
  CHECK(text(tensor(device, {1, 2}, {nan, 1.25})) == "[[ nan 1.25]]");
  CHECK(text(tensor(device, {3}, {nan, 1, -inf})) == "[ nan   1. -inf]");
  CHECK(text(tensor(device, {2, 1, 2}, {1, 2, 3, 4})) == "[[[1. 2.]]\n\n [[3. 4.]]]");
  CHECK(text(tensor(device, {}, {1.5})) == "1.5");
  CHECK(text(tensor(device, {0}, {})) == "[]");
  CHECK(text(integers(device, {3}, {1, -20, 3})) == "[  1 -20   3]");
  CHECK(text(bytes(device, {2}, {1, 255})) == "[  1 255]");
  CHECK(text(Tensor()) == "(no tensor)");
}

TEST_CASE("long tensors break into lines and leave out their middle") {
  Device device = Device::open("reference");
  std::vector<std::int32_t> numbers(30);
  for (int i = 0; i < 30; ++i) numbers[std::size_t(i)] = 100 * i;
  CHECK(text(integers(device, {30}, numbers)) ==
        "[   0  100  200  300  400  500  600  700  800  900 1000 1100 1200 1300\n"
        " 1400 1500 1600 1700 1800 1900 2000 2100 2200 2300 2400 2500 2600 2700\n"
        " 2800 2900]");
  CHECK(text(Tensor::filled(device, {2000, 7}, 1)) ==
        "[[1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]\n ...\n"
        " [1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]]");
}
