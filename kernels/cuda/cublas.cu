#include <dlfcn.h>

#include "kernels/context.h"
#include "kernels/cuda/cublas.h"

namespace triptych::cuda {
namespace {

// The functions of the library that are used, and its constants, as documented.
struct Library {
  int (*create)(void** handle);
  int (*destroy)(void* handle);
  int (*set_stream)(void* handle, cudaStream_t stream);
  int (*set_math_mode)(void* handle, int mode);
  int (*sgemm)(void* handle, int ta, int tb, int m, int n, int k, const float* alpha, const float* a, int lda,
               const float* b, int ldb, const float* beta, float* c, int ldc);
  std::string error;  // why it is not available
};
constexpr int pedantic_math = 2;  // CUBLAS_PEDANTIC_MATH: float multiply-adds, no TF32

template <class Function>
void find(void* library, const char* name, Function*& function, std::string& error) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  if (!function) error = std::string("the cuBLAS that was found has no ") + name;
}

// Never destroyed: contexts may outlive the static variables of this module.
const Library& library() {
  static const Library& loaded = *[] {
    Library& l = *new Library{};
    void* file = nullptr;
    for (const char* name : {"libcublas.so.13", "libcublas.so.12", "libcublas.so"})
      if (!file) file = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!file) {
      l.error =
          "--gemm cublas needs libcublas, which was not found: install it (Debian: nvidia-cuda-toolkit), "
          "put its folder into LD_LIBRARY_PATH, or leave the option away for our own GEMM";
      return &l;
    }
    find(file, "cublasCreate_v2", l.create, l.error);
    find(file, "cublasDestroy_v2", l.destroy, l.error);
    find(file, "cublasSetStream_v2", l.set_stream, l.error);
    find(file, "cublasSetMathMode", l.set_math_mode, l.error);
    find(file, "cublasSgemm_v2", l.sgemm, l.error);
    return &l;
  }();
  return loaded;
}

void* handle_of(Context& context) {
  void*& handle = library_of(context);
  if (handle) return handle;
  const Library& l = library();
  if (l.create(&handle) != 0) return handle = nullptr;
  l.set_stream(handle, stream_of(context));
  l.set_math_mode(handle, pedantic_math);
  return handle;
}

}  // namespace

// cuBLAS is column-major: it computes C^T = op(B)^T op(A)^T, whose columns are the rows of C.
void cublas_gemm(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
                 const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc) {
  stream_of(context);  // opens it
  if (failed(context)) return;
  const Library& l = library();
  if (!l.error.empty()) {
    context.error = l.error;
    return;
  }
  void* handle = handle_of(context);
  const int status = handle
                         ? l.sgemm(handle, tb == Transpose::yes, ta == Transpose::yes, static_cast<int>(n),
                                   static_cast<int>(m), static_cast<int>(k), &alpha, b, static_cast<int>(ldb),
                                   a, static_cast<int>(lda), &beta, c, static_cast<int>(ldc))
                         : 1;
  if (status != 0)
    context.error = "cublasSgemm with m " + std::to_string(m) + ", n " + std::to_string(n) + ", k " +
                    std::to_string(k) + " failed with status " + std::to_string(status);
  else
    check(context, "running cublasSgemm", wait_if_asked(context));
}

void close_cublas(void* handle) {
  library().destroy(handle);
}

}  // namespace triptych::cuda
