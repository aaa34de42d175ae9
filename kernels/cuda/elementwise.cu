// Elementwise kernels: one thread per element, bound by memory bandwidth.
#include "kernels/cuda/host.h"
#include "kernels/cuda/reduce.cuh"
#include "kernels/cuda/strided.h"

namespace triptych::cuda {

__global__ void fill_kernel(Index n, float value, float* x) {
  for (Index i = first_element(); i < n; i += all_threads()) x[i] = value;
}

void fill(Context& context, Index n, float value, float* x) {
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
