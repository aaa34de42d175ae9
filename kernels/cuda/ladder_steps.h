#pragma once
// What the two files of the ladder share.
#include "kernels/cuda/host.h"
#include "kernels/cuda/tensor_products.h"

namespace triptych::cuda {

using GemmKernel = void (*)(int n, int k, const float* a, const float* b, float* c);

// Launches a step's kernel with a block for each tile x tile of C; other sizes are an error.
void climb(Context& context, const char* name, GemmKernel kernel, Index tile, dim3 block, Index m, Index n,
           Index k, const float* a, const float* b, float* c);

// Steps 7 to 9.
void async_copy_step(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c);
void tf32_step(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c);
void bf16_step(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c);

}  // namespace triptych::cuda
