// Steps 7 to 9 of the ladder (ladder.cu), for cards of compute capability 8.0 and newer.
#include "kernels/context.h"
#include "kernels/cuda/ladder_steps.h"
#include "kernels/cuda/tensor_tile.cuh"

namespace triptych::cuda {

inline constexpr int stages = 3;  // pieces of A and B in shared memory: one in use, two on their way

// A piece of A: 64 rows of 16 elements, as in memory, padded to 20: the rows that a warp reads together start
// in different banks. A piece of B: 16 rows of 64, padded to 72.
struct Piece {
  __align__(16) float a[64][16 + 4];
  __align__(16) float b[16][64 + 8];
};

// Begins the copies of a piece by a block of `threads` threads, 16 bytes at a time. Nothing passes through
// registers, and no thread waits.
template <int threads>
__device__ inline void begin_piece(Piece& to, int m0, int n0, int n, int k, int first, const float* a,
                                   const float* b) {
  for (int q = static_cast<int>(threadIdx.x); q < 256; q += threads) {
    const int i = q / 32 * 8 + q / 4 % 2 * 4 + q / 8 % 4;  // rows i and i + 4, 16 banks apart, together
    copy_async(&to.a[i][q % 4 * 4], a + (m0 + i) * k + first + q % 4 * 4, 16, 16);
    copy_async(&to.b[q / 16][q % 16 * 4], b + (first + q / 16) * n + n0 + q % 16 * 4, 16, 16);
  }
}

// Calls use(piece) for every piece along k, each when it has arrived for all threads.
template <int threads, class Use>
__device__ inline void for_pieces(Piece (&pieces)[stages], int n, int k, const float* a, const float* b,
                                  const Use& use) {
  const int m0 = static_cast<int>(blockIdx.y) * 64, n0 = static_cast<int>(blockIdx.x) * 64;
  for (int stage = 0; stage < stages - 1; ++stage) {
    if (16 * stage < k) begin_piece<threads>(pieces[stage], m0, n0, n, k, 16 * stage, a, b);
    commit_copies();
  }
  for (int piece = 0; 16 * piece < k; ++piece) {
    wait_for_copies<stages - 2>();
    // This piece has arrived for all threads, and all have used the last one: the next copy takes its place.
    __syncthreads();
    if (const int next = piece + stages - 1; 16 * next < k)
      begin_piece<threads>(pieces[next % stages], m0, n0, n, k, 16 * next, a, b);
    commit_copies();  // also an empty group, so that the last but one is always the one that is needed
    use(pieces[piece % stages]);
  }
}

// ---- 7. asynchronous copies: step 6 with three pieces, and none of them in registers ----------------------
// A is not transposed, so a thread reads 4 elements along k of each of its 4 rows.
__global__ void async_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  __shared__ Piece pieces[stages];
  const int t = static_cast<int>(threadIdx.x), warp = t / 32, lane = t % 32;
  const int x = warp % 2 * 8 + lane % 8, y = warp / 2 * 4 + lane / 8;
  float sums[4][4] = {};
  for_pieces<256>(pieces, n, k, a, b, [&](const Piece& piece) {
#pragma unroll
    for (int p = 0; p < 16; p += 4) {
      float4 down[4], across[4];
      for (int i = 0; i < 4; ++i) {
        down[i] = *reinterpret_cast<const float4*>(&piece.a[4 * y + i][p]);
        across[i] = *reinterpret_cast<const float4*>(&piece.b[p + i][4 * x]);
      }
      for (int i = 0; i < 4; ++i) {
        const float column[4] = {down[i].x, down[i].y, down[i].z, down[i].w};
        for (int q = 0; q < 4; ++q) {
          const float row[4] = {across[q].x, across[q].y, across[q].z, across[q].w};
          for (int j = 0; j < 4; ++j) sums[i][j] = fmaf(column[q], row[j], sums[i][j]);
        }
      }
    }
  });
  const int m0 = static_cast<int>(blockIdx.y) * 64, n0 = static_cast<int>(blockIdx.x) * 64;
  for (int i = 0; i < 4; ++i)
    *reinterpret_cast<float4*>(&c[(m0 + 4 * y + i) * n + n0 + 4 * x]) =
        make_float4(sums[i][0], sums[i][1], sums[i][2], sums[i][3]);
}

// ---- 8. tensor cores: a warp multiplies 16 x 8 by 8 x 8 elements in one instruction, in TF32 --------------
// Four warps, 32 x 32 sums each: 8 products of 16 x 8 from 2 fragments of A and 4 of B.
__global__ void tf32_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  __shared__ Piece pieces[stages];
  const int t = static_cast<int>(threadIdx.x), warp = t / 32, lane = t % 32;
  const int group = lane / 4, place = lane % 4;  // the layouts of fragments go by these
  const int row = warp / 2 * 32, column = warp % 2 * 32;
  float sums[2][4][4] = {};
  for_pieces<128>(pieces, n, k, a, b, [&](const Piece& piece) {
#pragma unroll
    for (int p = 0; p < 16; p += 8) {
      unsigned left[2][4], right[4][2];
      for (int i = 0; i < 2; ++i) {
        load_matrices(left[i], &piece.a[row + 16 * i + lane % 16][p + lane / 16 * 4]);
        for (unsigned& word : left[i]) word = to_tf32(__uint_as_float(word));
      }
      for (int j = 0; j < 4; ++j)
        for (int r = 0; r < 2; ++r) right[j][r] = to_tf32(piece.b[p + place + 4 * r][column + 8 * j + group]);
      for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 4; ++j) multiply_tf32(sums[i][j], left[i], right[j][0], right[j][1]);
    }
  });
  const int m0 = static_cast<int>(blockIdx.y) * 64 + row, n0 = static_cast<int>(blockIdx.x) * 64 + column;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 4; ++j)
      for (int r = 0; r < 2; ++r)
        *reinterpret_cast<float2*>(&c[(m0 + 16 * i + group + 8 * r) * n + n0 + 8 * j + 2 * place]) =
            make_float2(sums[i][j][2 * r], sums[i][j][2 * r + 1]);
}

// ---- 9. BF16: two elements in a word, so twice the work of an instruction ---------------------------------
// The elements are rounded on their way to shared memory, once each, which a copy that passes no register
// cannot do: two pieces that take turns, as in step 5.
__global__ void bf16_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  using Shape = TensorShape<Bf16>;
  using Memory = TensorMemory<Shape, RowsAlongK, RowsAcrossK>;
  __shared__ Memory::Strips strips[2];
  const int t = static_cast<int>(threadIdx.x), warp = t / 32, lane = t % 32;
  const int row = warp / 2 * 32, column = warp % 2 * 32;
  const int m0 = static_cast<int>(blockIdx.y) * 64, n0 = static_cast<int>(blockIdx.x) * 64;
  const RowsAlongK rows{a, k, m0 + 64, true};
  const RowsAcrossK columns{b, n, n0 + 64, true};
  TensorCarrier<Shape, RowsAlongK> carry_a(rows, m0);
  TensorCarrier<Shape, RowsAcrossK> carry_b(columns, n0);
  float sums[2][4][4] = {};
  carry_a.load(rows, 0, k), carry_b.load(columns, 0, k);
  for (int first = 0, now = 0; first < k; first += Shape::depth, now = 1 - now) {
    carry_a.store(strips[now].a), carry_b.store(strips[now].b);
    __syncthreads();
    if (first + Shape::depth < k)
      carry_a.load(rows, first + Shape::depth, k), carry_b.load(columns, first + Shape::depth, k);
    multiply_tensor_strip<Shape>(strips[now], row, column, lane, sums);
  }
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 4; ++j)
      for (int r = 0; r < 2; ++r)
        *reinterpret_cast<float2*>(
            &c[(m0 + row + 16 * i + lane / 4 + 8 * r) * n + n0 + column + 8 * j + lane % 4 * 2]) =
            make_float2(sums[i][j][2 * r], sums[i][j][2 * r + 1]);
}

namespace {

bool has_them(Context& context) {
  return has_tensor_cores(context, "this step of the ladder");
}

}  // namespace

void async_copy_step(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  if (has_them(context)) climb(context, "async_gemm", async_gemm_kernel, 64, dim3(256), m, n, k, a, b, c);
}
void tf32_step(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  if (has_them(context)) climb(context, "tf32_gemm", tf32_gemm_kernel, 64, dim3(128), m, n, k, a, b, c);
}
void bf16_step(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  if (has_them(context)) climb(context, "bf16_gemm", bf16_gemm_kernel, 64, dim3(128), m, n, k, a, b, c);
}

}  // namespace triptych::cuda
