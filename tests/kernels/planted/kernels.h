#pragma once
// Kernels with one mistake each, and beside some of them the kernel that does it right. kernels.cu is
// compiled like kernels/cuda: by g++ for the emulator, and by nvcc for the PTX interpreter.
#include "kernels/cuda/launch.h"

namespace triptych::cuda::mistakes {

// ---- accesses to global memory that nothing orders ----
__global__ void count(int* bins, const int* x, int n);  // bins[x[i]] += 1
__global__ void count_atomically(int* bins, const int* x, int n);
__global__ void shift_in_place(float* x, int n);            // x[i] = x[i + 1]
__global__ void shift_in_block(float* x, bool barrier);     // the same in one block, with a barrier or not
__global__ void overlapping_tiles(float* y, int width);     // each block writes one element too many
__global__ void everyone_writes(float* y, float value);     // the same value: no mistake
__global__ void sum_into(float* y, const float* x, int n);  // *y += x[i]
__global__ void read_cached(float* x, float* y);            // __ldg of what the kernel writes
__global__ void read_cached_right(const float* x, float* y);

// Each block writes its sum; the last one to come adds them. `fence` is 0: none, 1: __threadfence_block,
// 2: __threadfence.
template <int fence>
__global__ void sum_of_blocks(const float* x, float* partial, unsigned* ticket, float* y);
// Block 0 writes data and a flag; the others wait for the flag. mode 0: no fence, 1: right, 2: flag is no
// volatile and no barrier waits for it.
template <int mode>
__global__ void pass_on(float* data, unsigned* flag, float* y);
// A critical section of one thread of each block.
template <bool fence>
__global__ void locked_sum(unsigned* lock, float* y);
__global__ void read_the_counter(unsigned* counter, float* y);  // atomicAdd here, a plain read there

// ---- shared memory ----
template <bool barrier>
__global__ void reverse(float* x);
template <bool barrier>
__global__ void rounds(float* y, int rounds);  // write, barrier, read, (barrier), write ...
template <bool synced>
__global__ void sum_of_warp(float* y, const float* x);
__global__ void half_filled(float* y);  // reads what was never written
__global__ void beyond_tile(float* y);  // one element past the end of a shared array

// ---- barriers and warps ----
__global__ void return_early(float* y, int n);      // if (i >= n) return; __syncthreads(): no mistake
__global__ void return_in_loop(float* y);           // the same in a loop
__global__ void store_and_return(float* y, int n);  // the same with a store before the return
__global__ void around_barrier(float* y);           // if (i < 40) __syncthreads();
__global__ void two_barriers(float* y);             // a barrier in each branch
__global__ void uneven_loop(float* y);              // different numbers of rounds, each with a barrier
__global__ void half_shuffle(float* y);
__global__ void wrong_mask(float* y);

// ---- addresses and sizes ----
__global__ void fill(float* y, int n);
__global__ void row_times_distance(float* y, int step, int distance);  // int row * int distance
__global__ void row_times_distance_wide(float* y, int step, int distance);
__global__ void before_the_start(float* y);
__global__ void misaligned(float* y);
__global__ void copy(float* to, const float* from, int n);
__global__ void __launch_bounds__(64) bounded(float* y);
__global__ void pooled(float* y, const float* x,
                       int n);  // y[i] = x[2 i] + x[2 i + 1]: reads one too many for odd n

// ---- asynchronous copies and tensor cores, of compute capability 8.0 ----
// y[i] = sum over tiles of 256 numbers of x of the seventh number behind that of thread i, with two tiles in
// shared memory that take turns.
enum class CopyMistake {
  none,
  no_wait,
  no_commit,
  one_group_early,
  no_barrier,
  overwritten_early,
  misaligned
};
template <CopyMistake mistake>
__global__ void copied_tiles(float* y, const float* x, int rounds);
// c [16, 8] = a [16, 8] b [8, 8]: words of TF32
__global__ void multiply_words_tf32(float* c, const unsigned* a, const unsigned* b);
// c [16, 8] = a [16, 16] b [16, 8], through ldmatrix
enum class MatrixMistake { none, some_lanes, misaligned, not_transposed, halves_exchanged };
template <MatrixMistake mistake>
__global__ void multiply_matrices_bf16(float* c, const float* a, const float* b);

}  // namespace triptych::cuda::mistakes
