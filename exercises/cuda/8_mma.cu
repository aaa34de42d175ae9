// Exercise 8: tensor cores. c = a b with a [16, 64], b [64, 8] and c [16, 8], by one warp.
//
// This one is right and takes 256 reads for the four sums of a lane. In TF32 one instruction multiplies
// 16 x 8 by 8 x 8 numbers for the whole warp:
//
//   mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {d0, d1, d2, d3}, {a0, a1, a2, a3}, {b0, b1}, {...};
//
// as asm volatile("..." : "+f"(sum[0]), ... : "r"(a0), ...), with the sums both c and d. Each lane holds some
// of the numbers; with group = lane / 4 and place = lane % 4 they are
//
//   a0 [group, place]     a1 [group + 8, place]     a2 [group, place + 4]     a3 [group + 8, place + 4]
//   b0 [place, group]     b1 [place + 4, group]
//   c0, c1 [group, 2 place and the next one]        c2, c3 [group + 8, the same columns]
//
// a and b are bits of floats (__float_as_uint); the numbers of the test have no more than TF32's 10 bits of
// fraction. Neighbouring lanes of b read from four rows: that is the layout.
__global__ void product(const float* a, const float* b, float* c) {
  const int lane = threadIdx.x, group = lane / 4, place = lane % 4;
  for (int r = 0; r < 4; ++r) {
    const int i = group + r / 2 * 8, j = 2 * place + r % 2;
    float sum = 0;
    for (int k = 0; k < 64; ++k) sum = fmaf(a[i * 64 + k], b[k * 8 + j], sum);
    c[i * 8 + j] = sum;
  }
}
