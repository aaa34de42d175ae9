#include "exercises/build_it/check.h"

using namespace triptych;
using namespace triptych::build_it;

TEST_CASE("step 3: two rows times two columns") {
  const Device device = Device::open("reference");
  const Tensor a = Tensor::from(device, {2, 2}, {1, 2, 3, 4}), b = Tensor::from(device, {2, 2}, {5, 6, 7, 8});
  Tensor c = Tensor::zeros(device, {2, 2});
  device.kernels().gemm(device.context(), Transpose::no, Transpose::no, 2, 2, 2, 1, a.real(), 2, b.real(), 2,
                        0, c.real(), 2);
  compare("C", {2, 2}, c.values(), {19, 22, 43, 50});  // 1*5 + 2*7, 1*6 + 2*8, ...
}

TEST_CASE("step 3: transposed or not, with rows that are further apart than they are long") {
  const Devices devices;
  constexpr Index m = 3, n = 5, k = 4, longest = 7;
  for (const Transpose ta : {Transpose::no, Transpose::yes})
    for (const Transpose tb : {Transpose::no, Transpose::yes})
      for (const Real beta : {Real(0), Real(0.5)}) {
        const auto product = [&](const Device& device) {
          const Tensor a = Tensor::from(device, {longest, longest}, std::span<const Real>(numbers(49, 1)));
          const Tensor b = Tensor::from(device, {longest, longest}, std::span<const Real>(numbers(49, 2)));
          const Tensor c = Tensor::from(device, {m, longest}, std::span<const Real>(numbers(21, 3)));
          device.kernels().gemm(device.context(), ta, tb, m, n, k, 2, a.real(), longest, b.real(), longest,
                                beta, c.real(), longest);
          return c.values();
        };
        CAPTURE(ta == Transpose::yes);
        CAPTURE(tb == Transpose::yes);
        CAPTURE(beta);
        compare("C", {m, longest}, product(devices.mine), product(devices.engine));
      }
}

TEST_CASE("step 3: with beta = 0, C is not read") {
  const Device device = Device::open("reference");
  const Tensor a = Tensor::filled(device, {1}, 2), c = Tensor::filled(device, {1}, Real(NAN));
  device.kernels().gemm(device.context(), Transpose::no, Transpose::no, 1, 1, 1, 1, a.real(), 1, a.real(), 1,
                        0, c.real(), 1);
  CHECK_MESSAGE(c.item() == 4, "2 * 2 + 0 * (what was there, a NaN) is ", c.item(), " and should be 4");
}
