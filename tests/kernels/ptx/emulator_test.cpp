// g++ and nvcc translate the same sources. Where a kernel only adds, multiplies, compares and takes fmaf,
// both have to give the same bits: nothing is contracted that the source does not contract
// (kernels/cuda/cuda.mk, kernels/emulator/emulator.mk). Functions like exp are another library's on each
// side, and may differ in the last bit.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "kernels/backends.h"
#include "kernels/context.h"
#include "kernels/kernels.h"
#include "kernels/philox.h"

using namespace triptych;

namespace {

const Backend& backend_named(const std::string& name) {
  for (const Backend& backend : backends())
    if (backend.name == name) return backend;
  FAIL("there is no backend ", name);
  return backends().front();
}

std::vector<Real> random(Index n, std::uint32_t stream) {
  std::vector<Real> values(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = Real(Philox::generate({static_cast<std::uint32_t>(i), stream, 0, 0}, 7)[0] * 0x1p-31 - 1);
  return values;
}

// Runs call(kernels, context, arrays) with device copies of the arrays, and returns what they hold
// afterwards.
using Arrays = std::vector<std::vector<Real>>;
using Call = std::function<void(const Kernels&, Context&, const std::vector<Real*>&)>;
Arrays run(const std::string& device, Arrays arrays, const Call& call) {
  const Kernels& k = *backend_named(device).kernels;
  Context context;
  std::vector<Real*> pointers;
  for (const std::vector<Real>& values : arrays) {
    pointers.push_back(static_cast<Real*>(k.allocate(context, values.size() * sizeof(Real))));
    k.copy_in(context, pointers.back(), values.data(), values.size() * sizeof(Real));
  }
  call(k, context, pointers);
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    k.copy_out(context, arrays[i].data(), pointers[i], arrays[i].size() * sizeof(Real));
    k.release(context, pointers[i]);
  }
  k.synchronise(context);
  CHECK_MESSAGE(context.error.empty(), device, ": ", context.error);
  return arrays;
}

void check_same_bits(const Arrays& arrays, const Call& call) {
  CHECK(run("emulator", arrays, call) == run("ptx", arrays, call));
}

}  // namespace

TEST_CASE("emulator and ptx: the same bits where arithmetic is exact") {
  if (!backend_named("ptx").kernels) {
    MESSAGE("SKIPPED: device ptx is not there: ", backend_named("ptx").description);
    return;
  }
  SUBCASE("gemm") {
    const Index m = 37, n = 29, k = 41;
    for (const Transpose ta : {Transpose::no, Transpose::yes})
      check_same_bits({random(m * k, 1), random(k * n, 2), random(m * n, 3)},
                      [&](const Kernels& kernels, Context& context, const std::vector<Real*>& p) {
                        kernels.gemm(context, ta, Transpose::no, m, n, k, Real(0.7), p[0],
                                     ta == Transpose::no ? k : m, p[1], n, Real(0.3), p[2], n);
                      });
  }
  SUBCASE("tensor cores") {
    const Index m = 37, n = 29, k = 41;
    for (const Gemm gemm : {Gemm::tf32, Gemm::bf16})
      check_same_bits({random(m * k, 1), random(k * n, 2), random(m * n, 3)},
                      [&](const Kernels& kernels, Context& context, const std::vector<Real*>& p) {
                        context.gemm = gemm;
                        kernels.gemm(context, Transpose::yes, Transpose::no, m, n, k, Real(0.7), p[0], m,
                                     p[1], n, Real(0.3), p[2], n);
                      });
  }
  SUBCASE("convolution and its gradients") {
    const ConvolutionShape s{2, 9, 7, 3, 5, 3, 3, 1, 1};
    const Index x = 2 * 9 * 7 * 3, w = 3 * 3 * 3 * 5, y = 2 * 9 * 7 * 5;
    check_same_bits(
        {random(x, 1), random(w, 2), random(5, 3), random(y, 4), random(x, 5), random(w, 6), random(5, 7)},
        [&](const Kernels& kernels, Context& context, const std::vector<Real*>& p) {
          kernels.convolution_backward_input(context, s, p[3], p[1], p[4]);
          kernels.convolution_backward_weights(context, s, p[0], p[3], p[5], p[6]);
          kernels.convolution_forward(context, s, p[0], p[1], p[2], p[3]);
        });
  }
  SUBCASE("sums and updates") {
    check_same_bits({random(60 * 33, 1), random(33, 2), random(33, 3)},
                    [&](const Kernels& kernels, Context& context, const std::vector<Real*>& p) {
                      kernels.sum_axis_forward(context, 1, 60, 33, Real(0.5), p[0], p[1]);
                      kernels.add_scaled(context, 33, Real(0.1), p[1], p[2]);
                    });
  }
}
