#include "kernels/cpu/ladder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/backends.h"
#include "kernels/kernels.h"

using namespace triptych;

TEST_CASE("every step of the ladder multiplies, and so does each where rows and sums do not fill a tile") {
  Context context;
  struct Size {
    Index m, n, k;
  };
  for (const Size size : {Size{64, 64, 64}, {37, 128, 300}, {1, 64, 1}, {15, 64, 513}}) {
    const Index m = size.m, n = size.n, k = size.k;
    std::vector<Real> a(static_cast<std::size_t>(m * k)), b(static_cast<std::size_t>(k * n));
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<Real>(i * 37 % 101) / 101 - Real(0.5);
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<Real>(i * 53 % 103) / 103 - Real(0.5);
    std::vector<Real> right(static_cast<std::size_t>(m * n));
    reference::kernels.gemm(context, Transpose::no, Transpose::no, m, n, k, 1, a.data(), k, b.data(), n, 0,
                            right.data(), n);
    for (int step = 0; step < cpu::rungs; ++step) {
      const cpu::Rung& rung = cpu::ladder()[step];
      CAPTURE(rung.name);
      CAPTURE(m);
      std::vector<Real> c(right.size(), 1e30f);  // what was in C must not matter
      rung.multiply(context, m, n, k, a.data(), b.data(), c.data());
      Real worst = 0;
      for (std::size_t i = 0; i < c.size(); ++i) worst = std::max(worst, std::abs(c[i] - right[i]));
      CHECK(worst < 1e-4);
    }
  }
}
