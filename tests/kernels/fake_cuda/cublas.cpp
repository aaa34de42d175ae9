// A library with the five functions that kernels/cuda/cublas.cu asks cuBLAS for, on the fake card, whose
// memory the processor can read. A handle that is destroyed twice, or used afterwards, ends the program with
// a message.
#include <cstdio>
#include <cstdlib>

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {

struct Handle {
  bool open = true;
};

// Handles are kept, so that one that was destroyed can be told.
Handle& opened(void* handle, const char* call) {
  auto& one = *static_cast<Handle*>(handle);
  if (one.open) return one;
  std::fprintf(stderr, "fake cuBLAS: %s of a handle that was destroyed\n", call);
  std::abort();
}

}  // namespace

EXPORTED int cublasCreate_v2(void** handle) {
  *handle = new Handle;
  return 0;
}
EXPORTED int cublasDestroy_v2(void* handle) {
  opened(handle, "cublasDestroy").open = false;
  return 0;
}
EXPORTED int cublasSetStream_v2(void* handle, void*) {
  opened(handle, "cublasSetStream");
  return 0;
}
EXPORTED int cublasSetMathMode(void* handle, int) {
  opened(handle, "cublasSetMathMode");
  return 0;
}

// Column-major: C = alpha op(A) op(B) + beta C.
EXPORTED int cublasSgemm_v2(void* handle, int ta, int tb, int m, int n, int k, const float* alpha,
                            const float* a, int lda, const float* b, int ldb, const float* beta, float* c,
                            int ldc) {
  opened(handle, "cublasSgemm");
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < m; ++i) {
      double sum = 0;
      for (int p = 0; p < k; ++p)
        sum += double(ta ? a[i * lda + p] : a[p * lda + i]) * double(tb ? b[p * ldb + j] : b[j * ldb + p]);
      float& to = c[j * ldc + i];
      to = static_cast<float>(*alpha * sum + (*beta == 0 ? 0.0 : double(*beta) * to));
    }
  return 0;
}
