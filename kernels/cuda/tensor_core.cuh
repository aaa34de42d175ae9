#pragma once
// Asynchronous copies and the instructions of the tensor cores, which CUDA C++ has no names for: inline PTX
// for nvcc, and functions of the emulator for g++ (kernels/emulator/tensor_core.h). They need a card of
// compute capability 8.0 or newer. kernels/emulator/fragments.h has the layouts: which numbers of a matrix
// each lane holds.
#include "kernels/cuda/launch.h"

namespace triptych::cuda {

#ifdef __CUDACC__

__device__ inline unsigned shared_address(const void* pointer) {
  return static_cast<unsigned>(__cvta_generic_to_shared(pointer));
}

// Copies 16 bytes from global to shared memory while the thread goes on: the first `from_bytes` of them, and
// zeros behind. The copies of a thread between two commit_copies() are a group.
__device__ inline void copy_async(void* shared, const void* global, int bytes, int from_bytes) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], %2, %3;" ::"r"(shared_address(shared)), "l"(global),
               "n"(16), "r"(from_bytes)
               : "memory");
}
__device__ inline void commit_copies() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}
// Waits until all but the last `groups` groups of this thread have arrived. The other threads of the block
// see them behind a barrier.
template <int groups>
__device__ inline void wait_for_copies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(groups) : "memory");
}

// Four matrices of 8 rows with 16 bytes each: lane 8 i + r gives the address of row r of matrix i.
__device__ inline void load_matrices(unsigned (&to)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(shared_address(row))
               : "memory");
}
// The same, each transposed as 8 x 8 numbers of 16 bits.
__device__ inline void load_matrices_transposed(unsigned (&to)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(shared_address(row))
               : "memory");
}

// A float as TF32: 10 bits of fraction; two floats as BF16, with 7, in one register.
__device__ inline unsigned to_tf32(float value) {
  unsigned result;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(result) : "f"(value));
  return result;
}
__device__ inline unsigned to_bf16_pair(float low, float high) {
  unsigned result;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(result) : "f"(high), "f"(low));
  return result;
}

// sums [16, 8] += A [16, 8] B [8, 8] in TF32
__device__ inline void multiply_tf32(float (&sums)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
// sums [16, 8] += A [16, 16] B [16, 8] in BF16
__device__ inline void multiply_bf16(float (&sums)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

#else

using emulator::commit_copies;
using emulator::copy_async;
using emulator::load_matrices;
using emulator::load_matrices_transposed;
using emulator::multiply_bf16;
using emulator::multiply_tf32;
using emulator::to_bf16_pair;
using emulator::to_tf32;
template <int groups>
void wait_for_copies() {
  emulator::wait_for_groups(groups);
}

#endif

}  // namespace triptych::cuda
