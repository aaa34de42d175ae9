// The project's own: kernels/cuda/tensor_tile.cuh.
__global__ void product(const float* a, const float* b, float* c) {
  const int lane = threadIdx.x, group = lane / 4, place = lane % 4;
  float sum[4] = {};
  for (int k = 0; k < 64; k += 8) {
    const float* from = a + group * 64 + k + place;
    const unsigned a0 = __float_as_uint(from[0]), a1 = __float_as_uint(from[8 * 64]);
    const unsigned a2 = __float_as_uint(from[4]), a3 = __float_as_uint(from[8 * 64 + 4]);
    const unsigned b0 = __float_as_uint(b[(k + place) * 8 + group]);
    const unsigned b1 = __float_as_uint(b[(k + place + 4) * 8 + group]);
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
        : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
        : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
  }
  for (int r = 0; r < 4; ++r) c[(group + r / 2 * 8) * 8 + 2 * place + r % 2] = sum[r];
}
