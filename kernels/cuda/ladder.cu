#include "kernels/context.h"
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/ladder.h"
#include "kernels/cuda/ladder_steps.h"

namespace triptych::cuda {

// ---- 1. naive: one thread per element of C ----------------------------------------------------------------
// Neighbouring threads compute neighbouring columns: a warp reads 32 contiguous elements of B (4 sectors) and
// one element of A. Two loads per multiply-add; every element of A is read n times, every element of B m
// times.
__global__ void naive_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  const int i = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
  const int j = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  float sum = 0;
  for (int p = 0; p < k; ++p) sum = fmaf(a[i * k + p], b[p * n + j], sum);
  c[i * n + j] = sum;
}

// ---- 2. shared: a block loads a 16 x 16 piece of A and of B once, for all its threads ---------------------
// 16 times fewer reads of global memory. But there are still two loads per multiply-add, now from shared
// memory.
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
    __syncthreads();  // all threads have used them
  }
  c[i * n + j] = sum;
}

// ---- 3. registers: a thread computes 4 x 4 elements of C --------------------------------------------------
// 8 loads from shared memory for 16 multiply-adds. A block of 16 x 16 threads computes 64 x 64 elements of C;
// a thread's columns are 16 apart, so that 16 neighbouring threads read 16 contiguous elements.
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

// Shared by steps 4 to 6: loads of 4 contiguous elements. A is transposed when it is stored to shared
// memory, so that a thread's four rows are contiguous there, too: 2 loads for 16 multiply-adds.
struct Quads {
  __align__(16) float a[8][64 + 4];  // padded by 4: see Strip in gemm_tile.cuh
  __align__(16) float b[8][64];
};
// 256 threads; the first 128 load A (two threads per row), the others B (sixteen threads per row).
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

// ---- 5. double buffer: loads of the next piece overlap the multiplication; one barrier per piece ----------
__device__ inline void double_buffer_gemm(int x, int y, int n, int k, const float* a, const float* b,
                                          float* c) {
  __shared__ Quads quads[2];
  const int t = static_cast<int>(threadIdx.x);
  const int m0 = static_cast<int>(blockIdx.y) * 64, n0 = static_cast<int>(blockIdx.x) * 64;
  float sums[4][4] = {};
  store_quad(t, load_quad(t, m0, n0, n, k, 0, a, b), quads[0]);
  __syncthreads();
  int now = 0;
  for (int first = 8; first < k; first += 8) {
    const float4 next = load_quad(t, m0, n0, n, k, first, a, b);
    multiply_quads(quads[now], x, y, sums);
    now = 1 - now;
    store_quad(t, next, quads[now]);  // last read before the barrier of the previous step
    __syncthreads();
  }
  multiply_quads(quads[now], x, y, sums);
  write_quads(m0, n0, n, x, y, sums, c);
}
__global__ void double_buffer_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  const int t = static_cast<int>(threadIdx.x);
  double_buffer_gemm(t % 16, t / 16, n, k, a, b, c);
}

// ---- 6. warp layout: the 32 threads of a warp are 4 x 8 of the 16 x 16 ------------------------------------
__global__ void warp_layout_gemm_kernel(int n, int k, const float* a, const float* b, float* c) {
  const int t = static_cast<int>(threadIdx.x), warp = t / 32, lane = t % 32;
  double_buffer_gemm(warp % 2 * 8 + lane % 8, warp / 2 * 4 + lane / 8, n, k, a, b, c);
}

// ---- host side --------------------------------------------------------------------------------------------

void climb(Context& context, const char* name, GemmKernel kernel, Index tile, dim3 block, Index m, Index n,
           Index k, const float* a, const float* b, float* c) {
  if (m % 64 || n % 64 || k % 32 || k == 0) {
    context.error =
        "the steps of the GEMM ladder want m and n in multiples of 64 and k in multiples of 32, not " +
        std::to_string(m) + " x " + std::to_string(n) + " x " + std::to_string(k);
    return;
  }
  start(context, name, kernel, dim3(static_cast<unsigned>(n / tile), static_cast<unsigned>(m / tile)), block,
        n, k, a, b, c);
}

namespace {

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
void warp_layout(Context& context, Index m, Index n, Index k, const float* a, const float* b, float* c) {
  climb(context, "warp_layout_gemm", warp_layout_gemm_kernel, 64, dim3(256), m, n, k, a, b, c);
}

}  // namespace

const std::vector<Rung>& ladder() {
  static const std::vector<Rung> rungs = {
      {"naive", "one thread per element of C", naive},
      {"shared", "a block loads each piece of A and B once, for all its threads", shared},
      {"registers", "a thread computes 4 x 4 elements of C and uses each load four times", registers},
      {"float4", "four contiguous elements per load", quads},
      {"double buffer", "loads of the next piece overlap the multiplication", double_buffer},
      {"warp layout", "a warp is 4 x 8 threads, and reads 12 different quads where 2 x 16 read 18",
       warp_layout},
      {"async copy", "cp.async: pieces go to shared memory without a register, two ahead", async_copy_step},
      {"tensor cores", "mma.sync in TF32: 1024 multiply-adds in an instruction of a warp", tf32_step,
       0x1p-11},
      {"bf16", "mma.sync in BF16: twice as many, of numbers of half the size", bf16_step, 0x1p-8},
  };
  return rungs;
}

}  // namespace triptych::cuda

// For the program that opens the module: the steps, and their number.
extern "C" const triptych::cuda::Rung* triptych_gemm_ladder(int* count) {
  *count = static_cast<int>(triptych::cuda::ladder().size());
  return triptych::cuda::ladder().data();
}
