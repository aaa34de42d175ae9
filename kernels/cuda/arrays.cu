// All gradients of a network in one call: set to 0 before a step, and clipped after it.
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/slices.cuh"

namespace triptych::cuda {

__global__ void clear_all_kernel(SliceTable<ArraySlice> table) {
  for_chunk(table, [](const ArraySlice& x, Index i) { x.data[i] = 0; });
}

void clear_all(Context& context, Index count, const ArraySlice* arrays) {
  Workspace scratch(context);
  start_chunks(context, "clear_all", clear_all_kernel,
               SentTable<ArraySlice>(context, scratch, count, arrays));
}

// The norms of all arrays and of all together, in double, so that no square overflows or vanishes. Each block
// leaves the sum of its chunk; the last one to come adds them up in order, and says by what all elements are
// to be multiplied.
__global__ void norms_kernel(SliceTable<ArraySlice> table, double largest, double* partial, unsigned* ticket,
                             float* square, float* unit, float* factor) {
  __shared__ double lanes[block_threads];
  double own = 0;
  for_chunk(table, [&](const ArraySlice& x, Index i) {
    const double element = static_cast<double>(x.data[i]);
    own += element * element;
  });
  own = block_sum(lanes, own);
  if (threadIdx.x == 0) partial[blockIdx.x] = own;
  if (!is_last_block(ticket, gridDim.x)) return;
  double sum = 0;
  for (int s = static_cast<int>(threadIdx.x); s < table.count; s += static_cast<int>(blockDim.x)) {
    double squares = 0;
    for (Index c = table.first_chunk[s]; c < table.first_chunk[s + 1]; ++c) squares += partial[c];
    const bool has_float = squares > 1e-30 && squares < 1e37;
    const bool scaled = squares > 0 && !has_float && squares - squares == 0;  // neither infinite nor NaN
    square[s] = scaled ? 1.0f : static_cast<float>(squares);
    unit[s] = scaled ? static_cast<float>(sqrt(squares)) : 1.0f;
    sum += squares;
  }
  sum = block_sum(lanes, sum);
  if (threadIdx.x == 0) {
    const double norm = sqrt(sum);
    *factor = norm > largest ? static_cast<float>(largest / norm) : 1.0f;
  }
}

__global__ void scale_all_kernel(SliceTable<ArraySlice> table, const float* factor) {
  const float by = *factor;
  if (by == 1) return;  // the usual case: nothing is read or written
  for_chunk(table, [&](const ArraySlice& x, Index i) { x.data[i] = by == 0 ? 0.0f : x.data[i] * by; });
}

void clip(Context& context, double largest, Index count, const ArraySlice* arrays, float* square,
          float* unit) {
  if (count == 0) return;
  Workspace scratch(context);
  const SentTable<ArraySlice> sent(context, scratch, count, arrays);
  const Index blocks = sent.chunks > 0 ? sent.chunks : 1;
  auto* partial = scratch.take<double>(blocks);
  auto* factor = scratch.take<float>(1);
  unsigned* ticket = tickets_of(context, 1);
  if (failed(context)) return;
  start(context, "clip (norms)", norms_kernel, dim3(static_cast<unsigned>(blocks)), dim3(block_threads),
        sent.table, largest, partial, ticket, square, unit, factor);
  start_chunks(context, "clip", scale_all_kernel, sent, factor);
}

}  // namespace triptych::cuda
