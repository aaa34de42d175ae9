#pragma once
#include <functional>
#include <string>
#include <vector>

#include "kernels/shapes.h"

namespace triptych::bench {

// A matrix product as other libraries offer it, row-major, C = op(A) op(B), op(A) [m, k], op(B) [k, n], C
// [m, n].
struct Product {
  Transpose ta = Transpose::no, tb = Transpose::no;
  Index m = 1, n = 1, k = 1;
  Index lda() const { return ta == Transpose::no ? k : m; }
  Index ldb() const { return tb == Transpose::no ? n : k; }
  double operations() const {
    return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  }
};

// A library for comparison: opened at run time where it is installed, never linked.
struct GemmLibrary {
  std::string name;
  std::function<void(const Product&, const float* a, const float* b, float* c)> multiply;
  std::function<void(int threads)> set_threads;
};

constexpr const char* gemm_library_names[] = {"openblas", "blis", "onednn"};
// Those that are here; what is not is named in a sentence on stderr.
std::vector<GemmLibrary> gemm_libraries();

}  // namespace triptych::bench
