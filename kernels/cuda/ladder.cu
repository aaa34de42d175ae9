#include "kernels/context.h"
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/ladder.h"

namespace triptych::cuda {

// ---- 1. naive: a thread for each number of C --------------------------------------------------------------
// Neighbouring threads take neighbouring columns: a warp reads 32 neighbours of B (4 sectors) and one number of A. Two loads
// for each multiply-add; every number of A is read n times, every one of B m times.
__global__ void naive_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  const int i = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  const int j = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  float sum = 0;
  for (int p = 0; p < k; ++p) sum = fmaf(a[i * k + p], b[p * n + j], sum);
  c[i * n + j] = sum;
}

// ---- 2. shared: a block reads a 16 x 16 piece of A and of B once, and all its threads use it --------------
// 16 times fewer reads of global memory. But still two loads for a multiply-add, now from shared memory.
__global__ void shared_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  __shared__ float piece_a[16][16], piece_b[16][16];
  const int x = static_cast<int>(threadIdx.x), y = static_cast<int>(threadIdx.y);
  const int i = static_cast<int>(blockIdx.y) * 16 + y, j = static_cast<int>(blockIdx.x) * 16 + x;
  float sum = 0;
  for (int first = 0; first < k; first += 16) {
    piece_a[y][x] = a[i * k + first + x];
    piece_b[y][x] = b[(first + y) * n + j];
    __syncthreads();  // the pieces are complete
    for (int p = 0; p < 16; ++p) sum = fmaf(piece_a[y][p], piece_b[p][x], sum);
    __syncthreads();  // nobody needs them any more
  }
  c[i * n + j] = sum;
}

// ---- 3. registers: a thread has 4 x 4 numbers of C --------------------------------------------------------
// 8 loads from shared memory for 16 multiply-adds. A block of 16 x 16 threads has 64 x 64 numbers of C; a thread's columns are
// 16 apart, so that 16 neighbours read 16 neighbours.
__global__ void register_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  __shared__ float piece_a[64][16], piece_b[16][64];
  const int x = static_cast<int>(threadIdx.x), y = static_cast<int>(threadIdx.y), t = y * 16 + x;
  const int m0 = static_cast<int>(blockIdx.y) * 64, n0 = static_cast<int>(blockIdx.x) * 64;
  float sums[4][4] = {};
  for (int first = 0; first < k; first += 16) {
    for (int q = 0; q < 4; ++q) {
      const int e = t + 256 * q;
      piece_a[e / 16][e % 16] = a[(m0 + e / 16) * k + first + e % 16];
      piece_b[e / 64][e % 64] = b[(first + e / 64) * n + n0 + e % 64];
    }
    __syncthreads();
#pragma unroll
    for (int p = 0; p < 16; ++p) {
      float column[4], row[4];
      for (int i = 0; i < 4; ++i) column[i] = piece_a[y + 16 * i][p], row[i] = piece_b[p][x + 16 * i];
      for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) sums[i][j] = fmaf(column[i], row[j], sums[i][j]);
    }
    __syncthreads();
  }
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) c[(m0 + y + 16 * i) * n + n0 + x + 16 * j] = sums[i][j];
}

// What steps 4 and 5 share: 4 neighbours at a time. A is transposed on its way into shared memory, so that a
// thread's four rows are four neighbours there, too: 2 loads for 16 multiply-adds.
struct Quads {
  __align__(16) float a[8][64 + 4];  // 4 more: see Strip in gemm_tile.cuh
  __align__(16) float b[8][64];
};
// 256 threads; the first 128 carry A (two threads a row), the others B (sixteen threads a row).
__device__ inline float4 load_quad(int t, int m0, int n0, int n, int k, int first, const float* a,
                                   const float* b) {
  if (t < 128) return *reinterpret_cast<const float4*>(&a[(m0 + t / 2) * k + first + t % 2 * 4]);
  const int q = t - 128;
  return *reinterpret_cast<const float4*>(&b[(first + q / 16) * n + n0 + q % 16 * 4]);
}
__device__ inline void store_quad(int t, const float4& quad, Quads& to) {
  if (t >= 128) {
    const int q = t - 128;
    *reinterpret_cast<float4*>(&to.b[q / 16][q % 16 * 4]) = quad;
    return;
  }
  const int row = t / 2, p = t % 2 * 4;
  to.a[p][row] = quad.x, to.a[p + 1][row] = quad.y, to.a[p + 2][row] = quad.z, to.a[p + 3][row] = quad.w;
}
__device__ inline void multiply_quads(const Quads& quads, int x, int y, float (&sums)[4][4]) {
#pragma unroll
  for (int p = 0; p < 8; ++p) {
    const float4 down = *reinterpret_cast<const float4*>(&quads.a[p][4 * y]);
    const float4 across = *reinterpret_cast<const float4*>(&quads.b[p][4 * x]);
    const float column[4] = {down.x, down.y, down.z, down.w},
                row[4] = {across.x, across.y, across.z, across.w};
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 4; ++j) sums[i][j] = fmaf(column[i], row[j], sums[i][j]);
  }
}
__device__ inline void write_quads(int m0, int n0, int n, int x, int y, const float (&sums)[4][4], float* c) {
  for (int i = 0; i < 4; ++i)
    *reinterpret_cast<float4*>(&c[(m0 + 4 * y + i) * n + n0 + 4 * x]) =
        make_float4(sums[i][0], sums[i][1], sums[i][2], sums[i][3]);
}

// ---- 4. float4 --------------------------------------------------------------------------------------------
__global__ void quad_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  __shared__ Quads quads;
  const int t = static_cast<int>(threadIdx.x), x = t % 16, y = t / 16;
  const int m0 = static_cast<int>(blockIdx.y) * 64, n0 = static_cast<int>(blockIdx.x) * 64;
  float sums[4][4] = {};
  for (int first = 0; first < k; first += 8) {
    store_quad(t, load_quad(t, m0, n0, n, k, first, a, b), quads);
    __syncthreads();
    multiply_quads(quads, x, y, sums);
    __syncthreads();
  }
  write_quads(m0, n0, n, x, y, sums, c);
}

// ---- 5. double buffer: the next piece is under way while this one is multiplied, and one barrier is enough -----
__global__ void double_buffer_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  __shared__ Quads quads[2];
  const int t = static_cast<int>(threadIdx.x), x = t % 16, y = t / 16;
  const int m0 = static_cast<int>(blockIdx.y) * 64, n0 = static_cast<int>(blockIdx.x) * 64;
  float sums[4][4] = {};
  store_quad(t, load_quad(t, m0, n0, n, k, 0, a, b), quads[0]);
  __syncthreads();
  int now = 0;
  for (int first = 8; first < k; first += 8) {
    const float4 next = load_quad(t, m0, n0, n, k, first, a, b);
    multiply_quads(quads[now], x, y, sums);
    now = 1 - now;
    store_quad(t, next, quads[now]);  // last read before the barrier of the step before
    __syncthreads();
  }
  multiply_quads(quads[now], x, y, sums);
  write_quads(m0, n0, n, x, y, sums, c);
}

// ---- the host's side --------------------------------------------------------------------------------------

namespace {

using GemmKernel = void (*)(int, int, const float*, const float*, float*);

void climb(Context& context, const char* name, GemmKernel kernel, Index tile, dim3 block, Index m, Index n,
           Index k, const float* a, const float* b, float* c) {
  if (m % 64 || n % 64 || k % 16 || k == 0) {
    context.error =
        "the steps of the GEMM ladder want m and n in multiples of 64 and k in multiples of 16, not " +
        std::to_string(m) + " x " + std::to_string(n) + " x " + std::to_string(k);
    return;
  }
  start(context, name, kernel, dim3(static_cast<unsigned>(n / tile), static_cast<unsigned>(m / tile)), block,
        n, k, a, b, c);
}

void naive(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  climb(context, "naive_gemm", naive_gemm_kernel, 32, dim3(32, 32), m, n, k, a, b, c);
}
void shared(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  climb(context, "shared_gemm", shared_gemm_kernel, 16, dim3(16, 16), m, n, k, a, b, c);
}
void registers(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  climb(context, "register_gemm", register_gemm_kernel, 64, dim3(16, 16), m, n, k, a, b, c);
}
void quads(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  climb(context, "quad_gemm", quad_gemm_kernel, 64, dim3(256), m, n, k, a, b, c);
}
void double_buffer(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  climb(context, "double_buffer_gemm", double_buffer_gemm_kernel, 64, dim3(256), m, n, k, a, b, c);
}

}  // namespace

const std::vector<Rung>& ladder() {
  static const std::vector<Rung> rungs = {
      {"naive", "a thread for each number of C", naive},
      {"shared", "a block reads each piece of A and B once, for all its threads", shared},
      {"registers", "a thread keeps 4 x 4 numbers of C, and uses each load four times", registers},
      {"float4", "four neighbours in one load", quads},
      {"double buffer", "the next piece is under way while this one is multiplied", double_buffer},
  };
  return rungs;
}

}  // namespace triptych::cuda

// For who opens the module: the steps, and how many they are.
extern "C" const triptych::cuda::Rung* triptych_gemm_ladder(int* count) {
  *count = static_cast<int>(triptych::cuda::ladder().size());
  return triptych::cuda::ladder().data();
}
