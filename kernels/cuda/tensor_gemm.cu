#include "kernels/cuda/gemm_products.cuh"
#include "kernels/cuda/tensor_products.h"
#include "kernels/cuda/tensor_tile.cuh"

namespace triptych::cuda {

bool has_tensor_cores(Context& context, const char* what) {
  constexpr int wanted = 8;  // TF32, BF16 and cp.async came with Ampere
  int major = 0, minor = 0;
  stream_of(context);  // opens it
  if (failed(context)) return false;
  if (!check(context, "asking for the compute capability",
             cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, context.ordinal)) ||
      !check(context, "asking for the compute capability",
             cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, context.ordinal)))
    return false;
  if (major < wanted)
    context.error = std::string(what) +
                    " needs a card of compute capability 8.0 or newer (A100, RTX 30), and " +
                    "this one has " + std::to_string(major) + "." + std::to_string(minor) +
                    ": leave it away, and the products are taken in float";
  return major >= wanted;
}

void tensor_gemm(Context& context, Transpose ta, Transpose tb, Index m, Index n, Index k, float alpha,
                 const float* a, Index lda, const float* b, Index ldb, float beta, float* c, Index ldc) {
  if (!has_tensor_cores(context, "--gemm tf32 or bf16")) return;
  with_tensor_tiles(context, [&](auto tiles) {
    gemm_product<decltype(tiles)>(context, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  });
}

void tensor_linear_forward(Context& context, Index rows, Index out, Index in, const float* x, const float* w,
                           const float* bias, float* y) {
  if (!has_tensor_cores(context, "--gemm tf32 or bf16")) return;
  with_tensor_tiles(
      context, [&](auto tiles) { linear_product<decltype(tiles)>(context, rows, out, in, x, w, bias, y); });
}

}  // namespace triptych::cuda
