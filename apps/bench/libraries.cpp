#include "apps/bench/openblas.h"

#include <dlfcn.h>

#include <initializer_list>

namespace triptych::bench {

OpenBlas OpenBlas::open() {
  OpenBlas blas;
  void* library = nullptr;
  for (const char* name : {"libopenblas.so.0", "libopenblas.so"})
    if (!library) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return blas;
  blas.sgemm = reinterpret_cast<decltype(blas.sgemm)>(dlsym(library, "cblas_sgemm"));
  blas.set_threads = reinterpret_cast<decltype(blas.set_threads)>(dlsym(library, "openblas_set_num_threads"));
  return blas;
}

void OpenBlas::multiply(Index m, Index n, Index k, const float* a, const float* b, float* c) const {
  constexpr int row_major = 101, no_transpose = 111;
  const int rows = static_cast<int>(m), columns = static_cast<int>(n), depth = static_cast<int>(k);
  sgemm(row_major, no_transpose, no_transpose, rows, columns, depth, 1, a, depth, b, columns, 0, c, columns);
}

}  // namespace triptych::bench
