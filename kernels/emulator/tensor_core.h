#pragma once
// Asynchronous copies to shared memory and the instructions of the tensor cores, as functions of kernels:
// what kernels/cuda/tensor_core.cuh is for nvcc, and what inline PTX of a learner's file becomes
// (kernels/laboratory/assembly.h). All of them but the copies are collective: 32 lanes call them together.
#include <cstdint>

#include "kernels/emulator/barriers.h"
#include "kernels/emulator/fragments.h"

#define TRIPTYCH_PLACE Place place = Place::here(__builtin_FILE(), __builtin_LINE())

namespace triptych::emulator {

// cp.async of 4, 8 or 16 bytes: the first `from_bytes` of them, and zeros behind. Here a copy happens when it
// begins or when the thread waits for it, by the order of the schedule; no thread may touch its
// target meanwhile.
void copy_async(void* shared, const void* global, int bytes, int from_bytes);
// cp.async.commit_group; cp.async.wait_group: all but the last `groups` groups of this thread have arrived;
// cp.async.wait_all.
void commit_copies();
void wait_for_groups(int groups);
void wait_for_all_copies();

// ldmatrix.m8n8.x1, .x2, .x4, also .trans: lane 8 i + r gives the address of row r of matrix i.
void load_matrices(std::uint32_t* to, int count, bool transposed, const void* row, TRIPTYCH_PLACE);
void load_matrices(std::uint32_t (&to)[4], const void* row, TRIPTYCH_PLACE);
void load_matrices_transposed(std::uint32_t (&to)[4], const void* row, TRIPTYCH_PLACE);

// mma.sync.m16n8k8 (TF32) and .m16n8k16: d = a b + c
void multiply_matrices(MatrixType type, float* d, const std::uint32_t* a, const std::uint32_t* b,
                       const float* c, TRIPTYCH_PLACE);
// sums += a b
void multiply_tf32(float (&sums)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1,
                   TRIPTYCH_PLACE);
void multiply_bf16(float (&sums)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1,
                   TRIPTYCH_PLACE);
std::uint32_t to_bf16_pair(float low, float high);

// The address of shared memory that a kernel has as 32 bits, by __cvta_generic_to_shared.
void* from_shared_address(std::uint32_t address);

}  // namespace triptych::emulator

#undef TRIPTYCH_PLACE

inline std::size_t __cvta_generic_to_shared(const void* pointer) {
  return reinterpret_cast<std::size_t>(pointer);
}
inline std::size_t __cvta_generic_to_global(const void* pointer) {
  return reinterpret_cast<std::size_t>(pointer);
}
