// Sums and maxima over the middle axis of [outer, axis, inner], and the norms of a whole array.
#include "kernels/cuda/host.h"
#include "kernels/cuda/reduce.cuh"

namespace triptych::cuda {

// Output (o, i) is a column of the reduction; the axis is its rows.
struct AxisTerm {
  const float* x;
  int axis, inner;
  __device__ void operator()(int row, int column, float (&sums)[1]) const {
    sums[0] += x[(Index(column / inner) * axis + row) * inner + column % inner];
  }
};
struct ScaledTotal {
  float scale;
  float* y;
  __device__ void operator()(int column, const double (&totals)[1]) const {
    y[column] = static_cast<float>(static_cast<double>(scale) * totals[0]);
  }
};

// inner = 1: the elements of a sum are contiguous, and a warp reads them coalesced.
__global__ void sum_rows_kernel(Index rows, int columns, float scale, const float* x, float* y) {
  const Index row = warp_row();
  if (row >= rows) return;
  float sum = 0;
  for (int j = lane(); j < columns; j += warp_threads) sum += x[row * columns + j];
  sum = warp_sum(sum);
  if (lane() == 0) y[row] = scale * sum;
}

void sum_axis_forward(Context& context, Index outer, Index axis, Index inner, float scale, const float* x,
                      float* y) {
  if (inner == 1 && outer > 1)
    return start_rows(context, "sum_axis_forward", sum_rows_kernel, outer, axis, scale, x, y);
  column_sums<1>(context, "sum_axis_forward", axis, outer * inner,
                 AxisTerm{x, static_cast<int>(axis), static_cast<int>(inner)}, ScaledTotal{scale, y});
}

__global__ void sum_axis_backward_kernel(int n, int axis, int inner, float scale, const float* dy,
                                         float* dx) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const int at = static_cast<int>(i);
    dx[at] = fmaf(scale, dy[Index(at / inner / axis) * inner + at % inner], dx[at]);
  }
}

void sum_axis_backward(Context& context, Index outer, Index axis, Index inner, float scale, const float* dy,
                       float* dx) {
  if (dx)
    start_elements(context, "sum_axis_backward", sum_axis_backward_kernel, outer * axis * inner, axis, inner,
                   scale, dy, dx);
}

// The best of a warp's lanes, in every lane: the largest value, and among equal ones the smallest position.
__device__ inline void warp_best(float& value, int& at) {
  for (int d = 1; d < warp_threads; d *= 2) {
    const float other = __shfl_xor_sync(all_lanes, value, d);
    const int other_at = __shfl_xor_sync(all_lanes, at, d);
    const bool equal = other == value || (other != other && value != value);
    if (other_at >= 0 && (at < 0 || beats(other, value) || (equal && other_at < at)))
      value = other, at = other_at;
  }
}

// inner small: one warp per output; each lane first finds the maximum of every 32nd element.
__global__ void max_axis_warp_kernel(Index outputs, int axis, int inner, const float* x, float* y,
                                     std::int32_t* winner) {
  const Index output = warp_row();
  if (output >= outputs) return;
  const float* from = x + output / inner * axis * inner + output % inner;
  float best = 0;
  int at = -1;
  for (int k = lane(); k < axis; k += warp_threads) {
    const float candidate = from[Index(k) * inner];
    if (at < 0 || beats(candidate, best)) best = candidate, at = k;
  }
  warp_best(best, at);
  if (lane() == 0) y[output] = best, winner[output] = at;
}

// inner large: neighbouring threads compute neighbouring outputs.
__global__ void max_axis_kernel(Index outputs, int axis, int inner, const float* x, float* y,
                                std::int32_t* winner) {
  for (Index output = first_element(); output < outputs; output += all_threads()) {
    const float* from = x + output / inner * axis * inner + output % inner;
    float best = from[0];
    int at = 0;
    for (int k = 1; k < axis; ++k) {
      const float candidate = from[Index(k) * inner];
      if (beats(candidate, best)) best = candidate, at = k;
    }
    y[output] = best, winner[output] = at;
  }
}

void max_axis_forward(Context& context, Index outer, Index axis, Index inner, const float* x, float* y,
                      std::int32_t* winner) {
  if (inner >= warp_threads)
    start_elements(context, "max_axis_forward", max_axis_kernel, outer * inner, axis, inner, x, y, winner);
  else
    start_rows(context, "max_axis_forward", max_axis_warp_kernel, outer * inner, axis, inner, x, y, winner);
}

__global__ void max_axis_backward_kernel(Index outputs, int axis, int inner, const std::int32_t* winner,
                                         const float* dy, float* dx) {
  for (Index output = first_element(); output < outputs; output += all_threads())
    dx[(output / inner * axis + winner[output]) * inner + output % inner] += dy[output];
}

void max_axis_backward(Context& context, Index outer, Index axis, Index inner, const std::int32_t* winner,
                       const float* dy, float* dx) {
  if (dx)
    start_elements(context, "max_axis_backward", max_axis_backward_kernel, outer * inner, axis, inner, winner,
                   dy, dx);
}

// ---- sums over a whole array, as one column ---------------------------------------------------------------

struct SquareTerm {
  const float* x;
  __device__ void operator()(int row, int, float (&sums)[1]) const {
    sums[0] = fmaf(x[row], x[row], sums[0]);
  }
};

void squared_norm(Context& context, Index n, const float* x, float* result) {
  column_sums<1>(context, "squared_norm", n, 1, SquareTerm{x}, ScaledTotal{1, result});
}

struct NonfiniteTerm {
  const float* x;
  __device__ void operator()(int row, int, float (&sums)[1]) const {
    sums[0] += x[row] - x[row] == 0 ? 0.0f : 1.0f;  // infinity - infinity is NaN, too
  }
};
struct CountTotal {
  std::int32_t* result;
  __device__ void operator()(int, const double (&totals)[1]) const {
    *result = static_cast<std::int32_t>(totals[0]);
  }
};

void count_nonfinite(Context& context, Index n, const float* x, std::int32_t* result) {
  column_sums<1>(context, "count_nonfinite", n, 1, NonfiniteTerm{x}, CountTotal{result});
}

}  // namespace triptych::cuda
