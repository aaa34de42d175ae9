#pragma once
// The two CUDA constructs without a C++ spelling: kernel<<<grid, block, bytes, stream>>>(...) and
// `extern __shared__`. This file is for nvcc. When g++ compiles these sources, <cuda_runtime.h> is the
// emulator's (kernels/emulator/include comes first on its include path), which has its own versions of the
// two.
#include <cuda_runtime.h>

#ifdef __CUDACC__
#include <cstddef>

#define TRIPTYCH_UNROLL _Pragma("unroll")

namespace triptych::cuda {

template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes,
            cudaStream_t stream, Arguments... arguments) {
  kernel<<<grid, block, shared_bytes, stream>>>(static_cast<Parameters>(arguments)...);
}

// Whether the runtime's message for a failed kernel already has its name and position, as the emulator's has.
inline bool errors_are_named() {
  return false;
}

// The dynamic shared memory of the block, as an array of T. CUDA requires one declaration for all types.
template <class T>
__device__ T* dynamic_shared() {
  extern __shared__ float4 dynamic_shared_memory[];
  return reinterpret_cast<T*>(dynamic_shared_memory);
}

}  // namespace triptych::cuda
#endif
