#include "kernels/cuda/tensor_core.cuh"
#include "tests/kernels/planted/kernels.h"

namespace triptych::cuda::mistakes {
namespace {

__device__ inline int global_index() {
  return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
}
__device__ inline int local_index() {
  return static_cast<int>(threadIdx.x);
}

}  // namespace

__global__ void count(int* bins, const int* x, int n) {
  if (const int i = global_index(); i < n) bins[x[i]] += 1;
}
__global__ void count_atomically(int* bins, const int* x, int n) {
  if (const int i = global_index(); i < n) atomicAdd(&bins[x[i]], 1);
}
__global__ void shift_in_place(float* x, int n) {
  if (const int i = global_index(); i + 1 < n) x[i] = x[i + 1];
}
__global__ void shift_in_block(float* x, bool barrier) {
  const int i = local_index();
  const float next = x[i + 1];
  if (barrier) __syncthreads();
  x[i] = next;
}
__global__ void overlapping_tiles(float* y, int width) {
  for (int i = local_index(); i <= width; i += static_cast<int>(blockDim.x))
    y[static_cast<int>(blockIdx.x) * width + i] = static_cast<float>(blockIdx.x + 1);
}
__global__ void everyone_writes(float* y, float value) {
  y[0] = value;
}
__global__ void sum_into(float* y, const float* x, int n) {
  if (const int i = global_index(); i < n) *y += x[i];
}
__global__ void read_cached(float* x, float* y) {
  const int i = local_index();
  x[i] = 1;
  __syncthreads();
  y[i] = __ldg(&x[i ^ 1]);
}
__global__ void read_cached_right(const float* x, float* y) {
  const int i = local_index();
  y[i] = __ldg(&x[i ^ 1]);
}

template <int fence>
__global__ void sum_of_blocks(const float* x, float* partial, unsigned* ticket, float* y) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = x[blockIdx.x];
    if (fence == 1) __threadfence_block();
    if (fence == 2) __threadfence();
    last = atomicAdd(ticket, 1u) == gridDim.x - 1;
  }
  __syncthreads();
  if (!last || threadIdx.x != 0) return;
  __threadfence();
  float sum = 0;
  for (unsigned b = 0; b < gridDim.x; ++b) sum += partial[b];
  *y = sum;
}
template __global__ void sum_of_blocks<0>(const float*, float*, unsigned*, float*);
template __global__ void sum_of_blocks<1>(const float*, float*, unsigned*, float*);
template __global__ void sum_of_blocks<2>(const float*, float*, unsigned*, float*);

template <int mode>
__global__ void pass_on(float* data, unsigned* flag, float* y) {
  if (blockIdx.x == 0) {
    data[threadIdx.x] = 1;
    if (mode == 1) __threadfence();
    __syncthreads();
    if (threadIdx.x != 0) return;
    if (mode == 2)
      *flag = 1;
    else
      *static_cast<volatile unsigned*>(flag) = 1;
    return;
  }
  if (mode == 2) {
    if (*flag == 0) return;
  } else {
    // Not for ever: here the other block may come later.
    for (int patience = 0; patience < 100000; ++patience)
      if (*static_cast<volatile unsigned*>(flag) != 0) break;
    if (*static_cast<volatile unsigned*>(flag) == 0) return;
    __threadfence();
  }
  y[(blockIdx.x - 1) * blockDim.x + threadIdx.x] = data[threadIdx.x ^ 1];
}
template __global__ void pass_on<0>(float*, unsigned*, float*);
template __global__ void pass_on<1>(float*, unsigned*, float*);
template __global__ void pass_on<2>(float*, unsigned*, float*);

template <bool fence>
__global__ void locked_sum(unsigned* lock, float* y) {
  if (threadIdx.x != 0) return;
  // Not for ever: a block that is stopped for its mistake never opens the lock.
  for (int patience = 0; atomicCAS(lock, 0u, 1u) != 0; ++patience)
    if (patience == 100000) return;
  if (fence) __threadfence();
  *y += 1;
  if (fence) __threadfence();
  atomicExch(lock, 0u);
}
template __global__ void locked_sum<false>(unsigned*, float*);
template __global__ void locked_sum<true>(unsigned*, float*);

__global__ void read_the_counter(unsigned* counter, float* y) {
  atomicAdd(counter, 1u);
  y[threadIdx.x] = static_cast<float>(*counter);
}

// ---- shared memory ----------------------------------------------------------------------------------------

template <bool barrier>
__global__ void reverse(float* x) {
  __shared__ float tile[64];
  const int i = local_index();
  tile[i] = x[i];
  if (barrier) __syncthreads();
  x[i] = tile[63 - i];
}
template __global__ void reverse<false>(float*);
template __global__ void reverse<true>(float*);

template <bool barrier>
__global__ void rounds(float* y, int rounds) {
  __shared__ float tile[64];
  const int i = local_index();
  float sum = 0;
  for (int r = 0; r < rounds; ++r) {
    tile[i] = static_cast<float>(r + i);
    __syncthreads();
    sum += tile[63 - i];
    if (barrier) __syncthreads();
  }
  y[i] = sum;
}
template __global__ void rounds<false>(float*, int);
template __global__ void rounds<true>(float*, int);

template <bool synced>
__global__ void sum_of_warp(float* y, const float* x) {
  __shared__ float tile[32];
  const int i = local_index();
  tile[i] = x[i];
  for (int half = 16; half > 0; half /= 2) {
    if (synced) __syncwarp();
    const float other = i < half ? tile[i + half] : 0.0f;
    if (synced) __syncwarp();
    if (i < half) tile[i] += other;
  }
  if (i == 0) *y = tile[0];
}
template __global__ void sum_of_warp<false>(float*, const float*);
template __global__ void sum_of_warp<true>(float*, const float*);

__global__ void half_filled(float* y) {
  __shared__ float tile[64];
  const int i = local_index();
  if (i < 32) tile[i] = 1;
  __syncthreads();
  y[i] = tile[i];
}

__global__ void beyond_tile(float* y) {
  __shared__ float tile[64];
  const int i = local_index();
  tile[i] = 1;
  __syncthreads();
  y[i] = tile[i + static_cast<int>(y[i])];
}

// ---- barriers and warps -----------------------------------------------------------------------------------

__global__ void return_early(float* y, int n) {
  __shared__ float tile[64];
  const int i = local_index();
  if (i >= n) return;
  tile[i] = 1;
  __syncthreads();
  y[i] = tile[n - 1 - i];
}
__global__ void return_in_loop(float* y) {
  __shared__ float tile[64];
  const int i = local_index();
  for (int round = 0; round < 8; ++round) {
    tile[i] = static_cast<float>(round);
    __syncthreads();
    y[i] = tile[i];
    if (i >= 60 - round) return;
    __syncthreads();
  }
}
__global__ void store_and_return(float* y, int n) {
  __shared__ float tile[64];
  const int i = local_index();
  if (i >= n) {
    y[i] = 0;
    return;
  }
  tile[i] = 1;
  __syncthreads();
  y[i] = tile[n - 1 - i];
}
__global__ void around_barrier(float* y) {
  if (local_index() < 40) __syncthreads();
  y[local_index()] = 1;
}
__global__ void two_barriers(float* y) {
  if (local_index() % 2) {
    y[local_index()] = 1;
    __syncthreads();
  } else {
    y[local_index()] = 2;
    __syncthreads();
  }
}
__global__ void uneven_loop(float* y) {
  const int i = local_index();
  for (int round = 0; round < 2 + i / 32; ++round) __syncthreads();
  y[i] = 1;
}
__global__ void half_shuffle(float* y) {
  float v = y[local_index()];
  if (local_index() < 16) v += __shfl_xor_sync(0xffffffffu, v, 1);
  __syncthreads();
  y[local_index()] = v;
}
__global__ void wrong_mask(float* y) {
  y[local_index()] = __shfl_sync(0x0000ffffu, y[local_index()], 0);
}

// ---- addresses and sizes ----------------------------------------------------------------------------------

__global__ void fill(float* y, int n) {
  if (const int i = global_index(); i < n) y[i] = 1;
}
__global__ void row_times_distance(float* y, int step, int distance) {
  const int row = local_index() * step;
  y[row * distance] = 1;
}
__global__ void row_times_distance_wide(float* y, int step, int distance) {
  const long long row = local_index() * step;
  y[row * distance] = 1;
}
__global__ void before_the_start(float* y) {
  y[local_index() - 1] = 1;
}
__global__ void misaligned(float* y) {
  *reinterpret_cast<float4*>(y + 1) = make_float4(1, 2, 3, 4);
}
__global__ void copy(float* to, const float* from, int n) {
  if (const int i = global_index(); i < n) to[i] = from[i];
}
__global__ void __launch_bounds__(64) bounded(float* y) {
  y[local_index()] = 1;
}
__global__ void pooled(float* y, const float* x, int n) {
  if (const int i = global_index(); 2 * i < n) y[i] = x[2 * i] + x[2 * i + 1];
}

// ---- asynchronous copies and tensor cores -----------------------------------------------------------------

template <CopyMistake mistake>
__global__ void copied_tiles(float* y, const float* x, int rounds) {
  __shared__ __align__(16) float tile[2][260];
  const int i = local_index();
  const auto copy_tile = [&](int round) {
    const int skew = mistake == CopyMistake::misaligned ? 1 : 0;
    if (round < rounds) copy_async(&tile[round % 2][4 * i + skew], x + 256 * round + 4 * i, 16, 16);
    if (mistake != CopyMistake::no_commit) commit_copies();
  };
  float sum = 0;
  copy_tile(0);
  for (int round = 0; round < rounds; ++round) {
    copy_tile(round + 1);
    if (mistake == CopyMistake::one_group_early)
      wait_for_copies<2>();
    else if (mistake != CopyMistake::no_wait)
      wait_for_copies<1>();
    if (mistake != CopyMistake::no_barrier) __syncthreads();
    sum += tile[round % 2][(4 * i + 7) % 256];
    if (mistake != CopyMistake::overwritten_early) __syncthreads();
  }
  y[i] = sum;
}
template __global__ void copied_tiles<CopyMistake::none>(float*, const float*, int);
template __global__ void copied_tiles<CopyMistake::no_wait>(float*, const float*, int);
template __global__ void copied_tiles<CopyMistake::no_commit>(float*, const float*, int);
template __global__ void copied_tiles<CopyMistake::one_group_early>(float*, const float*, int);
template __global__ void copied_tiles<CopyMistake::no_barrier>(float*, const float*, int);
template __global__ void copied_tiles<CopyMistake::overwritten_early>(float*, const float*, int);
template __global__ void copied_tiles<CopyMistake::misaligned>(float*, const float*, int);

// The fragments are read word by word, by the layouts of the manual.
__global__ void multiply_words_tf32(float* c, const unsigned* a, const unsigned* b) {
  const int lane = local_index(), group = lane / 4, place = lane % 4;
  unsigned left[4];
  for (int r = 0; r < 4; ++r) left[r] = a[(group + r % 2 * 8) * 8 + place + r / 2 * 4];
  float sums[4] = {};
  multiply_tf32(sums, left, b[place * 8 + group], b[(place + 4) * 8 + group]);
  for (int r = 0; r < 4; ++r) c[(group + r / 2 * 8) * 8 + 2 * place + r % 2] = sums[r];
}

template <MatrixMistake mistake>
__global__ void multiply_matrices_bf16(float* c, const float* a, const float* b) {
  // Rows of 16 numbers of 16 bits, padded to 20 words; b has a row for each k.
  __shared__ __align__(16) unsigned left[16][12], right[16][12];
  const int lane = local_index();
  for (int i = lane; i < 16 * 8; i += 32) left[i / 8][i % 8] = to_bf16_pair(a[2 * i], a[2 * i + 1]);
  for (int i = lane; i < 16 * 4; i += 32) right[i / 4][i % 4] = to_bf16_pair(b[2 * i], b[2 * i + 1]);
  __syncwarp();
  unsigned of_a[4], of_b[4];
  const int half = lane / 8 % 2 * 8, far = lane / 16;
  const char* row_a = reinterpret_cast<const char*>(&left[lane % 8 + half][4 * far]);
  if (mistake == MatrixMistake::halves_exchanged)
    row_a = reinterpret_cast<const char*>(&left[lane % 8 + 8 * far][half / 2]);
  if (mistake == MatrixMistake::misaligned) row_a += 4;
  load_matrices(of_a, row_a);
  // Two matrices of 8 x 8 of b, twice: the last two registers are not used.
  const unsigned* row_b = &right[lane % 16][0];
  if (mistake == MatrixMistake::not_transposed)
    load_matrices(of_b, row_b);
  else
    load_matrices_transposed(of_b, row_b);
  float sums[4] = {};
  if (mistake != MatrixMistake::some_lanes || lane < 16) multiply_bf16(sums, of_a, of_b[0], of_b[1]);
  for (int r = 0; r < 4; ++r) c[(lane / 4 + r / 2 * 8) * 8 + lane % 4 * 2 + r % 2] = sums[r];
}
template __global__ void multiply_matrices_bf16<MatrixMistake::none>(float*, const float*, const float*);
template __global__ void multiply_matrices_bf16<MatrixMistake::some_lanes>(float*, const float*,
                                                                           const float*);
template __global__ void multiply_matrices_bf16<MatrixMistake::misaligned>(float*, const float*,
                                                                           const float*);
template __global__ void multiply_matrices_bf16<MatrixMistake::not_transposed>(float*, const float*,
                                                                               const float*);
template __global__ void multiply_matrices_bf16<MatrixMistake::halves_exchanged>(float*, const float*,
                                                                                 const float*);

}  // namespace triptych::cuda::mistakes
