// Elementwise kernels: one thread per element, bound by memory bandwidth.
#include <cmath>

#include "kernels/cuda/host.h"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/strided.h"

namespace triptych::cuda {

__global__ void fill_kernel(Index n, float value, float* x) {
  for (Index i = first_element(); i < n; i += all_threads()) x[i] = value;
}

// Zeros, which gradients begin as, need no kernel: all their bits are 0.
void fill(Context& context, Index n, float value, float* x) {
  if (value == 0 && !std::signbit(value) && n > 0) {
    const cudaStream_t stream = stream_of(context);
    if (!failed(context))
      check(context, "fill", cudaMemsetAsync(x, 0, static_cast<std::size_t>(n) * sizeof(float), stream));
    return;
  }
  start_elements(context, "fill", fill_kernel, n, value, x);
}

__global__ void add_scaled_kernel(Index n, float alpha, const float* x, float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) y[i] = fmaf(alpha, x[i], y[i]);
}

void add_scaled(Context& context, Index n, float alpha, const float* x, float* y) {
  start_elements(context, "add_scaled", add_scaled_kernel, n, alpha, x, y);
}

__global__ void scale_kernel(Index n, float alpha, float* x) {
  for (Index i = first_element(); i < n; i += all_threads()) x[i] *= alpha;
}

void scale(Context& context, Index n, float alpha, float* x) {
  if (alpha == 0) return fill(context, n, 0, x);  // clears NaN as well
  start_elements(context, "scale", scale_kernel, n, alpha, x);
}

// The terms of a sum travel as arguments of the kernel: at most so many in one launch.
inline constexpr int most_terms = 8;
struct Terms {
  int count;
  const float* x[most_terms];
  float weight[most_terms];
};

__global__ void weighted_sum_forward_kernel(Index n, Terms terms, bool accumulate, float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    float sum = terms.weight[0] * terms.x[0][i];
    if (accumulate) sum = y[i] + sum;
    for (int term = 1; term < terms.count; ++term) sum += terms.weight[term] * terms.x[term][i];
    y[i] = sum;
  }
}

void weighted_sum_forward(Context& context, Index count, const WeightedArray* list, Index n, float* y) {
  for (Index first = 0; first < count; first += most_terms) {
    Terms terms = {};
    for (; terms.count < most_terms && first + terms.count < count; ++terms.count) {
      terms.x[terms.count] = list[first + terms.count].data;
      terms.weight[terms.count] = list[first + terms.count].weight;
    }
    start_elements(context, "weighted_sum_forward", weighted_sum_forward_kernel, n, terms, first > 0, y);
  }
}

struct TermGradients {
  int count;
  float* dx[most_terms];
  float weight[most_terms];
};

__global__ void weighted_sum_backward_kernel(Index n, TermGradients terms, const float* dy) {
  for (Index i = first_element(); i < n; i += all_threads())
    for (int term = 0; term < terms.count; ++term)
      terms.dx[term][i] = fmaf(terms.weight[term], dy[i], terms.dx[term][i]);
}

void weighted_sum_backward(Context& context, Index count, const float* weight, float* const* dx, Index n,
                           const float* dy) {
  TermGradients terms = {};
  for (Index i = 0; i < count; ++i) {
    if (dx[i]) terms.dx[terms.count] = dx[i], terms.weight[terms.count++] = weight[i];
    if (terms.count < most_terms && i + 1 < count) continue;
    if (terms.count > 0)
      start_elements(context, "weighted_sum_backward", weighted_sum_backward_kernel, n, terms, dy);
    terms.count = 0;
  }
}

__global__ void binary_kernel(int n, BinaryOp op, Axes axes, const float* a, const float* b, float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Axes::Place at = axes.place(static_cast<int>(i));
    const float u = a[at.a], v = b[at.b];
    y[i] = op == BinaryOp::add ? u + v : op == BinaryOp::multiply ? u * v : u / v;
  }
}

void binary(Context& context, BinaryOp op, const StridedShape& s, const float* a, const float* b, float* y) {
  start_elements(context, "binary", binary_kernel, s.elements(), op, axes_of(s), a, b, y);
}

// ---- backward of a broadcast: elements of da are the columns of a reduction, the shared axes its rows -----

struct BroadcastTerm {
  Axes own, shared;
  const float *g, *b;
  __device__ void operator()(int row, int column, float (&sums)[1]) const {
    const Axes::Place at = own.place(column), more = shared.place(row);
    const float v = g[at.g + more.g];
    sums[0] += b ? v * b[at.b + more.b] : v;
  }
};
struct AddToOwn {
  Axes own;
  float* da;
  __device__ void operator()(int column, const double (&totals)[1]) const {
    float& to = da[own.place(column).a];
    to = static_cast<float>(static_cast<double>(to) + totals[0]);
  }
};

__global__ void binary_backward_kernel(int n, Axes own, const float* g, const float* b, float* da) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Axes::Place at = own.place(static_cast<int>(i));
    da[at.a] += b ? g[at.g] * b[at.b] : g[at.g];
  }
}

void binary_backward(Context& context, const StridedShape& s, const float* g, const float* b, float* da) {
  if (!da || s.elements() == 0) return;
  Axes own, shared;
  for (int axis = 0; axis < 4; ++axis) {
    Index g_step = 1;
    for (int inner = axis + 1; inner < 4; ++inner) g_step *= s.size[inner];
    if (s.size[axis] > 1) (s.a[axis] ? own : shared).add(s.size[axis], s.a[axis], s.b[axis], g_step);
  }
  if (shared.elements() == 1)
    return start_elements(context, "binary_backward", binary_backward_kernel, own.elements(), own, g, b, da);
  column_sums<1>(context, "binary_backward", shared.elements(), own.elements(),
                 BroadcastTerm{own, shared, g, b}, AddToOwn{own, da});
}

}  // namespace triptych::cuda
