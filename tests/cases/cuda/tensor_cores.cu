// expect: right
// A product in BF16 as books have it: cp.async into two stages, ldmatrix, mma.sync, all as inline PTX.
#include <cuda_bf16.h>

#include <cstdint>
#include <cstdio>
#include <vector>

__device__ __forceinline__ uint32_t smem(const void* p) {
  return static_cast<uint32_t>(__cvta_generic_to_shared(p));
}

#define CP_ASYNC_CG(dst, src, bytes) \
  asm volatile("cp.async.cg.shared.global [%0], [%1], %2;\n" ::"r"(dst), "l"(src), "n"(bytes))
#define CP_ASYNC_COMMIT_GROUP() asm volatile("cp.async.commit_group;\n" ::)
#define CP_ASYNC_WAIT_GROUP(n) asm volatile("cp.async.wait_group %0;\n" ::"n"(n))

// c [16, 8] = a [16, 64] b [8, 64]^T
__global__ void product(const __nv_bfloat16* a, const __nv_bfloat16* b, float* c) {
  __shared__ __align__(16) __nv_bfloat16 tile_a[2][16][24], tile_b[2][8][24];
  const int lane = threadIdx.x;
  auto load = [&](int stage, int k) {
    CP_ASYNC_CG(smem(&tile_a[stage][lane / 2][lane % 2 * 8]), a + lane / 2 * 64 + k + lane % 2 * 8, 16);
    if (lane < 16)
      CP_ASYNC_CG(smem(&tile_b[stage][lane / 2][lane % 2 * 8]), b + lane / 2 * 64 + k + lane % 2 * 8, 16);
    CP_ASYNC_COMMIT_GROUP();
  };
  float d[4] = {0.f, 0.f, 0.f, 0.f};
  load(0, 0);
  for (int step = 0; step < 4; ++step) {
    if (step + 1 < 4) {
      load((step + 1) % 2, 16 * (step + 1));
      CP_ASYNC_WAIT_GROUP(1);
    } else {
      CP_ASYNC_WAIT_GROUP(0);
    }
    __syncwarp();
    uint32_t ra[4], rb[2];
    const uint32_t at_a = smem(&tile_a[step % 2][lane % 16][lane / 16 * 8]);
    const uint32_t at_b = smem(&tile_b[step % 2][lane % 8][lane / 8 % 2 * 8]);
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\n"
                 : "=r"(ra[0]), "=r"(ra[1]), "=r"(ra[2]), "=r"(ra[3])
                 : "r"(at_a));
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];\n"
                 : "=r"(rb[0]), "=r"(rb[1])
                 : "r"(at_b));
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
        "{%0,  %1,  %2,  %3},"
        "{%4,  %5,  %6,  %7},"
        "{%8,  %9},"
        "{%10, %11, %12, %13};\n"
        : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
        : "r"(ra[0]), "r"(ra[1]), "r"(ra[2]), "r"(ra[3]), "r"(rb[0]), "r"(rb[1]), "f"(d[0]), "f"(d[1]),
          "f"(d[2]), "f"(d[3]));
    __syncwarp();
  }
  for (int i = 0; i < 4; ++i) c[(lane / 4 + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = d[i];
}

int main() {
  std::vector<__nv_bfloat16> a(16 * 64), b(8 * 64);
  for (int i = 0; i < 16 * 64; ++i) a[i] = __float2bfloat16(float(i * 7 % 61 - 30));
  for (int i = 0; i < 8 * 64; ++i) b[i] = __float2bfloat16(float(i * 5 % 43 - 21));
  __nv_bfloat16 *da, *db;
  float *dc, c[16 * 8];
  cudaMalloc(&da, a.size() * 2);
  cudaMalloc(&db, b.size() * 2);
  cudaMalloc(&dc, sizeof c);
  cudaMemcpy(da, a.data(), a.size() * 2, cudaMemcpyHostToDevice);
  cudaMemcpy(db, b.data(), b.size() * 2, cudaMemcpyHostToDevice);
  product<<<1, 32>>>(da, db, dc);
  cudaMemcpy(c, dc, sizeof c, cudaMemcpyDeviceToHost);
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 8; ++j) {
      float wanted = 0;
      for (int k = 0; k < 64; ++k)
        wanted += __bfloat162float(a[i * 64 + k]) * __bfloat162float(b[j * 64 + k]);
      if (c[i * 8 + j] != wanted) return std::printf("c[%d, %d] is %g, not %g\n", i, j, c[i * 8 + j], wanted), 1;
    }
  return 0;
}
