// The GEMM in nine steps, on the emulator, and in nvcc's PTX when that device is under test: every step is
// right, and says which sizes it takes.
#include "kernels/cuda/ladder.h"

#include <doctest/doctest.h>

#include <cmath>

#include "kernels/emulator/executor.h"
#include "kernels/kernels.h"
#include "tests/devices.h"
#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

void climb(emulator::Engine engine) {
  const emulator::EngineScope scope(engine);
  const Index m = 128, n = 64, k = 96;
  for (const cuda::Rung& rung : cuda::ladder()) {
    CAPTURE(rung.name);
    Trial random("ladder");
    const std::vector<Real> a = random.random(m * k), b = random.random(k * n);
    std::vector<Real> expected(static_cast<std::size_t>(m * n)), c = expected;
    Context context, host;
    reference::kernels.gemm(host, Transpose::no, Transpose::no, m, n, k, 1, a.data(), k, b.data(), n, 0,
                            expected.data(), n);
    const Kernels& device = emulator::kernels();
    const auto on_device = [&](Index elements) {
      return static_cast<Real*>(device.allocate(context, static_cast<std::size_t>(elements) * sizeof(Real)));
    };
    Real *device_a = on_device(m * k), *device_b = on_device(k * n), *device_c = on_device(m * n);
    device.copy_in(context, device_a, a.data(), a.size() * sizeof(Real));
    device.copy_in(context, device_b, b.data(), b.size() * sizeof(Real));
    rung.multiply(context, m, n, k, device_a, device_b, device_c);
    device.copy_out(context, c.data(), device_c, c.size() * sizeof(Real));
    CHECK(context.error == "");
    double worst = 0;
    for (std::size_t i = 0; i < c.size(); ++i) {
      const double error = std::abs(double(c[i]) - double(expected[i]));
      worst = error <= worst ? worst : error;
    }
    // |a|, |b| <= 1
    CHECK(worst <= (4 * double(k) * eps + 2 * rung.rounding + rung.rounding * rung.rounding) * double(k));
    rung.multiply(context, m + 1, n, k, device_a, device_b, device_c);
    CHECK(context.error.find("multiples of 64") != std::string::npos);
    for (Real* memory : {device_a, device_b, device_c}) device.release(context, memory);
  }
}

}  // namespace

TEST_CASE("the steps of the GEMM ladder compute what gemm computes") {
  climb(emulator::Engine::fibers);
  for (const Backend* device : devices_under_test())
    if (device->name == "ptx") climb(emulator::Engine::ptx);
}
