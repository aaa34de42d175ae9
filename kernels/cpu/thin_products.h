#pragma once
// Products too thin for the tiles of gemm.cpp: one or two rows, or a few columns.
#include "kernels/context.h"
#include "kernels/cpu/microkernel.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/parallel.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// C = alpha op(A) op(B) + beta C, with op(A) [m, k], op(B) [k, n] and C [m, n] with row distance ldc; C is
// not read if beta is 0.
struct Problem {
  Index m, n, k;
  float alpha;
  Operand a, b;
  float beta;
  float* c;
  Index ldc;
};

constexpr Index few_columns = 4;

// n <= few_columns and A not transposed: a tile would compute 32 columns to keep one (a linear unit with one
// output). Each element is a dot product along the lanes instead; the columns of op(B) are copied to be
// contiguous.
inline void multiply_few_columns(Context& context, const Problem& p) {
  ScratchScope scope(context.scratch);
  float* columns = context.scratch.take<float>(p.n * p.k);
  for (Index j = 0; j < p.n; ++j)
    for (Index step = 0; step < p.k; ++step) columns[j * p.k + step] = *p.b.at(step, j);
  parallel_for(context, p.m, p.n * p.k, [&](Index i) {
    for (Index j = 0; j < p.n; ++j) {
      const float *a = p.a.at(i, 0), *b = columns + j * p.k;
      Floats sums[4] = {};  // independent accumulators hide the latency of the addition
      Index step = 0;
      for (; step + 4 * lanes <= p.k; step += 4 * lanes)
        for (int v = 0; v < 4; ++v)
          sums[v] = load(a + step + v * lanes) * load(b + step + v * lanes) + sums[v];
      sweep(step, p.k, [&](Index at, auto part) { sums[0] = part.get(a + at) * part.get(b + at) + sums[0]; });
      float& c = p.c[i * p.ldc + j];
      const float value = p.alpha * sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
      c = p.beta == 0 ? value : value + p.beta * c;
    }
  });
}

constexpr Index few_rows = 2;
constexpr Index columns_per_pass = 1024;  // of C, with four rows of B: 20 or 24 KiB, in L1

// m <= few_rows and B not transposed: each element of B is used once or twice, so the time is that of reading
// B, row by row in memory order, four rows at a time.
inline void multiply_few_rows(Context& context, const Problem& p) {
  constexpr Index least = 128;  // columns per thread
  const bool shared = context.threads > 1 && p.m * p.n * p.k >= worth_sharing;
  const Cut pieces = {p.n, maximum(divide_up(p.n, columns_per_pass),
                                   shared ? minimum(context.threads, divide_up(p.n, least)) : 1)};
  parallel_for(context, pieces.parts, p.m * p.k * pieces.size(0), [&](Index piece) {
    const Index begin = pieces.begin(piece), end = pieces.begin(piece + 1);
    for (Index i = 0; i < p.m; ++i) {
      float* c = p.c + i * p.ldc;
      sweep(begin, end, [&](Index j, auto part) {
        part.put(c + j, p.beta == 0 ? Floats{} : broadcast(p.beta) * part.get(c + j));
      });
    }
    // c += alpha A[:, step .. step + count) B[step .. step + count, :]
    const auto add_rows = [&](Index step, auto count) {
      constexpr int rows = decltype(count)::number;
      for (Index i = 0; i < p.m; ++i) {
        float* c = p.c + i * p.ldc;
        Floats a[rows];
        for (int r = 0; r < rows; ++r) a[r] = broadcast(p.alpha * *p.a.at(i, step + r));
        const float* b = p.b.at(step, 0);
        const Index b_row = p.b.row;  // a local copy: a store of floats might alias the struct
        sweep(begin, end, [&](Index j, auto part) {
          Floats value = part.get(c + j);
          for (int r = 0; r < rows; ++r) value = a[r] * part.get(b + r * b_row + j) + value;
          part.put(c + j, value);
        });
      }
    };
    Index step = 0;
    for (; step + 4 <= p.k; step += 4) add_rows(step, Constant<4>{});
    for (; step < p.k; ++step) add_rows(step, Constant<1>{});
  });
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
