#include "kernels/reference/reference.h"
#include "kernels/reference/sums.h"

namespace triptych::reference {
namespace {

// Calls visit(k, a_at, b_at) for the k-th element of the shape in row-major order and its offsets in a and b.
template <class Visit>
void for_each_element(const StridedShape& s, Visit visit) {
  Index k = 0;
  for (Index i = 0; i < s.size[0]; ++i)
    for (Index j = 0; j < s.size[1]; ++j)
      for (Index l = 0; l < s.size[2]; ++l)
        for (Index m = 0; m < s.size[3]; ++m)
          visit(k++, i * s.a[0] + j * s.a[1] + l * s.a[2] + m * s.a[3],
                i * s.b[0] + j * s.b[1] + l * s.b[2] + m * s.b[3]);
}

}  // namespace

void add_scaled(Context&, Index n, Real alpha, const Real* x, Real* y) {
  for (Index i = 0; i < n; ++i) y[i] = static_cast<Real>(y[i] + double(alpha) * x[i]);
}

void scale(Context&, Index n, Real alpha, Real* x) {
  for (Index i = 0; i < n; ++i) x[i] = alpha == 0 ? 0 : alpha * x[i];  // alpha = 0 clears NaN as well
}

// y = sum_i weight_i x_i
void weighted_sum_forward(Context&, Index count, const WeightedArray* terms, Index n, Real* y) {
  for (Index j = 0; j < n; ++j) {
    double sum = 0;
    for (Index i = 0; i < count; ++i) sum += double(terms[i].weight) * terms[i].data[j];
    y[j] = static_cast<Real>(sum);
  }
}

// dx_i += weight_i dy
void weighted_sum_backward(Context& context, Index count, const Real* weight, Real* const* dx, Index n,
                           const Real* dy) {
  for (Index i = 0; i < count; ++i)
    if (dx[i]) add_scaled(context, n, weight[i], dy, dx[i]);
}

void binary(Context&, BinaryOp op, const StridedShape& s, const Real* a, const Real* b, Real* y) {
  for_each_element(s, [&](Index k, Index a_at, Index b_at) {
    y[k] = op == BinaryOp::add        ? a[a_at] + b[b_at]
           : op == BinaryOp::multiply ? a[a_at] * b[b_at]
                                      : a[a_at] / b[b_at];
  });
}

// da += g b, or += g when b is null; an element of a that is repeated receives the sum over its copies
void binary_backward(Context& context, const StridedShape& s, const Real* g, const Real* b, Real* da) {
  if (s.elements() == 0) return;
  Index extent = 1;
  for (int axis = 0; axis < 4; ++axis) extent += (s.size[axis] - 1) * s.a[axis];
  Sums sum(context, extent);
  for_each_element(s,
                   [&](Index k, Index a_at, Index b_at) { sum[a_at] += g[k] * (b ? double(b[b_at]) : 1.0); });
  sum.add_to(da);
}

void copy_strided(Context&, const StridedShape& s, bool accumulate, const Real* a, Real* b) {
  for_each_element(
      s, [&](Index, Index a_at, Index b_at) { b[b_at] = accumulate ? b[b_at] + a[a_at] : a[a_at]; });
}

}  // namespace triptych::reference
