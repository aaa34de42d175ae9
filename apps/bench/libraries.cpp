#include "apps/bench/libraries.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <omp.h>

#include <cstdint>
#include <initializer_list>

namespace triptych::bench {
namespace {

// cblas_sgemm(order, transpose a, transpose b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
using CblasSgemm = void (*)(int, int, int, int, int, int, float, const float*, int, const float*, int, float,
                            float*, int);
// dnnl_sgemm(transpose a, transpose b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
using DnnlSgemm = int (*)(char, char, std::int64_t, std::int64_t, std::int64_t, float, const float*,
                          std::int64_t, const float*, std::int64_t, float, float*, std::int64_t);

void* open_first(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return library;
  return nullptr;
}

template <class Function>
Function find(void* library, const char* name) {
  return library ? reinterpret_cast<Function>(dlsym(library, name)) : nullptr;
}

auto by_cblas(CblasSgemm sgemm) {
  return [sgemm](const Product& p, const float* a, const float* b, float* c) {
    constexpr int row_major = 101, no_transpose = 111, transpose = 112;
    sgemm(row_major, p.ta == Transpose::no ? no_transpose : transpose,
          p.tb == Transpose::no ? no_transpose : transpose, static_cast<int>(p.m), static_cast<int>(p.n),
          static_cast<int>(p.k), 1, a, static_cast<int>(p.lda()), b, static_cast<int>(p.ldb()), 0, c,
          static_cast<int>(p.n));
  };
}

void add(std::vector<GemmLibrary>& found, GemmLibrary library, const char* package) {
  if (library.multiply && library.set_threads)
    found.push_back(std::move(library));
  else
    fmt::print(stderr, "{} is not here, so nothing is compared with it (package {})\n", library.name,
               package);
}

// The OpenMP build is preferred: the threads of the pthreads build wait by spinning, and would take a core
// from the library that is measured next.
GemmLibrary open_blas() {
  void* library = open_first(
      {"/usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0", "libopenblas.so.0", "libopenblas.so"});
  GemmLibrary result{"openblas", {}, {}};
  if (const auto sgemm = find<CblasSgemm>(library, "cblas_sgemm")) result.multiply = by_cblas(sgemm);
  if (const auto set = find<void (*)(int)>(library, "openblas_set_num_threads")) result.set_threads = set;
  return result;
}

GemmLibrary open_blis() {
  void* library =
      open_first({"/usr/lib/x86_64-linux-gnu/blis-openmp/libblis.so.4", "libblis.so.4", "libblis.so"});
  GemmLibrary result{"blis", {}, {}};
  if (const auto sgemm = find<CblasSgemm>(library, "cblas_sgemm")) result.multiply = by_cblas(sgemm);
  if (const auto set = find<void (*)(std::int64_t)>(library, "bli_thread_set_num_threads"))
    result.set_threads = set;
  return result;
}

// oneDNN asks OpenMP how many threads there may be; the kernels of this program are told by each call.
GemmLibrary open_onednn() {
  GemmLibrary result{"onednn", {}, omp_set_num_threads};
  const auto sgemm =
      find<DnnlSgemm>(open_first({"libdnnl.so.3", "libdnnl.so.2", "libdnnl.so"}), "dnnl_sgemm");
  if (sgemm)
    result.multiply = [sgemm](const Product& p, const float* a, const float* b, float* c) {
      sgemm(p.ta == Transpose::no ? 'N' : 'T', p.tb == Transpose::no ? 'N' : 'T', p.m, p.n, p.k, 1, a,
            p.lda(), b, p.ldb(), 0, c, p.n);
    };
  return result;
}

}  // namespace

std::vector<GemmLibrary> gemm_libraries() {
  std::vector<GemmLibrary> found;
  add(found, open_blas(), "libopenblas0-openmp");
  add(found, open_blis(), "libblis4-openmp");
  add(found, open_onednn(), "libdnnl2");
  return found;
}

}  // namespace triptych::bench
