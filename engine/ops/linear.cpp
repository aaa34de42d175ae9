#include <algorithm>
#include <vector>

#include "engine/ops/detail.h"

namespace triptych {
namespace {

// C [m, n] = beta C + op(A) op(B), all three contiguous.
void multiply_into(const Kernels& kernels, Context& context, Transpose ta, Transpose tb, Index m, Index n,
                   Index k, const Real* a, const Real* b, Real beta, Real* c) {
  kernels.gemm(context, ta, tb, m, n, k, 1, a, ta == Transpose::no ? k : m, b, tb == Transpose::no ? n : k,
               beta, c, n);
}

// A vector [columns] broadcast over the rows of a matrix [rows, columns].
StridedShape vector_beside_rows(const char* op, Index rows, Index columns) {
  return detail::strided(op, {{{rows, 0, columns}, {columns, 1, 1}}});
}

}  // namespace

namespace {

// The matrices of a batched product: matrix i of C is the product of those at offsets a[i] and b[i].
struct Batch {
  Shape shape;              // the leading axes of C
  std::vector<Index> a, b;  // offsets, in elements
};
Batch batch_of(const Shape& a, const Shape& b) {
  const auto leading = [](const Shape& shape) {
    Shape rest;
    for (int axis = 0; axis < shape.axes() - 2; ++axis) rest.append(shape[axis]);
    return rest;
  };
  const Shape of_a = leading(a), of_b = leading(b);
  Batch batch{detail::broadcast_shape("matmul", of_a, of_b), {}, {}};
  const std::vector<Index> step_a = detail::broadcast_strides(of_a, batch.shape),
                           step_b = detail::broadcast_strides(of_b, batch.shape);
  for (Index i = 0; i < batch.shape.elements(); ++i) {
    Index at_a = 0, at_b = 0, rest = i;
    for (int axis = batch.shape.axes() - 1; axis >= 0; --axis) {
      const Index place = rest % batch.shape[axis];
      rest /= batch.shape[axis];
      at_a += place * step_a[static_cast<std::size_t>(axis)];
      at_b += place * step_b[static_cast<std::size_t>(axis)];
    }
    batch.a.push_back(at_a * a.stride(a.axes() - 3)), batch.b.push_back(at_b * b.stride(b.axes() - 3));
  }
  return batch;
}

}  // namespace

Variable matmul(const Variable& a, const Variable& b) {
  const auto [kernels, context] = detail::place_of("matmul", {&a, &b});
  const int last_a = a.shape().axes() - 1, last_b = b.shape().axes() - 1;
  require(last_a >= 1 && last_b >= 1 && a.shape().last() == b.shape()[last_b - 1],
          "matmul takes [..., m, k] and [..., k, n], not {} and {}", a.shape().text(), b.shape().text());
  Index m = a.shape()[last_a - 1];
  const Index k = a.shape().last(), n = b.shape().last();
  Batch batch = batch_of(a.shape(), b.shape());
  Shape shape = batch.shape;
  shape.append(m), shape.append(n);
  if (last_b == 1)
    m = shape.elements() / std::max<Index>(n, 1), batch.a = batch.b = {0};  // one product of all rows
  Tensor c(a.device(), shape);
  for (std::size_t i = 0; i < batch.a.size(); ++i)
    multiply_into(kernels, context, Transpose::no, Transpose::no, m, n, k, a.value.real() + batch.a[i],
                  b.value.real() + batch.b[i], 0, c.real() + static_cast<Index>(i) * m * n);

  // saved: a, b. C = A B, matrix by matrix: dA += dC B^T, dB += A^T dC; a repeated matrix receives the sum
  return record("matmul", {&a, &b}, c,
                [a = Saved(a.value), b = Saved(b.value), batch, m, k, n](const BackwardStep& step) {
                  Real *da = step.gradient(0), *db = step.gradient(1);
                  for (std::size_t i = 0; i < batch.a.size(); ++i) {
                    const Real* dc = step.output_gradient().real() + static_cast<Index>(i) * m * n;
                    if (da)
                      multiply_into(step.kernels(), step.context(), Transpose::no, Transpose::yes, m, k, n,
                                    dc, b.real() + batch.b[i], 1, da + batch.a[i]);
                    if (db)
                      multiply_into(step.kernels(), step.context(), Transpose::yes, Transpose::no, k, n, m,
                                    a.real() + batch.a[i], dc, 1, db + batch.b[i]);
                  }
                });
}

Variable linear(const Variable& x, const Variable& weight, const Variable& bias) {
  const auto [kernels, context] = detail::place_of("linear", {&x, &weight, &bias});
  require(x.shape().axes() >= 1 && weight.shape().axes() == 2 && x.shape().last() == weight.shape()[0],
          "linear takes x [..., in] and a weight [in, out], not {} and {}", x.shape().text(),
          weight.shape().text());
  const Index in = weight.shape()[0], out = weight.shape()[1], rows = detail::rows_of(x.shape());
  require(!bias.value || bias.shape() == Shape{out}, "linear with a weight {} takes a bias [{}], not {}",
          weight.shape().text(), out, bias.shape().text());
  Shape y_shape = x.shape();
  y_shape.set(y_shape.axes() - 1, out);
  Tensor y(x.device(), y_shape);
  if (bias.value)
    kernels.linear_forward(context, rows, out, in, x.value.real(), weight.value.real(), bias.value.real(),
                           y.real());
  else
    multiply_into(kernels, context, Transpose::no, Transpose::no, rows, out, in, x.value.real(),
                  weight.value.real(), 0, y.real());

  // saved: x, w.   y = x w + bias:   dx += dy w^T,   dw += x^T dy,   dbias += the sum of the rows of dy
  return record("linear", {&x, &weight, &bias}, y,
                [x = Saved(x.value), w = Saved(weight.value), rows, in, out](const BackwardStep& step) {
                  const Real* dy = step.output_gradient().real();
                  if (Real* dx = step.gradient(0))
                    multiply_into(step.kernels(), step.context(), Transpose::no, Transpose::yes, rows, in,
                                  out, dy, w.real(), 1, dx);
                  if (Real* dw = step.gradient(1))
                    multiply_into(step.kernels(), step.context(), Transpose::yes, Transpose::no, in, out,
                                  rows, x.real(), dy, 1, dw);
                  if (Real* dbias = step.gradient(2))
                    step.kernels().binary_backward(step.context(), vector_beside_rows("linear", rows, out),
                                                   dy, nullptr, dbias);
                });
}

Variable linear(const Variable& x, const Variable& weight) {
  return linear(x, weight, Variable());
}

Variable pairwise_squared_distances(const Variable& x, const Variable& y) {
  const auto [kernels, context] = detail::place_of("pairwise_squared_distances", {&x, &y});
  require(x.shape().axes() == 2 && y.shape().axes() == 2 && x.shape()[1] == y.shape()[1],
          "pairwise_squared_distances takes [m, k] and [n, k], not {} and {}", x.shape().text(),
          y.shape().text());
  const Index m = x.shape()[0], n = y.shape()[0], k = x.shape()[1];
  Tensor d(x.device(), Shape{m, n});
  kernels.pairwise_distance_forward(context, m, n, k, x.value.real(), y.value.real(), d.real());

  // saved: x, y. d_ij = |x_i - y_j|^2: dx_i += 2 sum_j dd_ij (x_i - y_j), dy_j += 2 sum_i dd_ij (y_j - x_i)
  return record("pairwise_squared_distances", {&x, &y}, d,
                [x = Saved(x.value), y = Saved(y.value), m, n, k](const BackwardStep& step) {
                  step.kernels().pairwise_distance_backward(step.context(), m, n, k, x.real(), y.real(),
                                                            step.output_gradient().real(), step.gradient(0),
                                                            step.gradient(1));
                });
}

}  // namespace triptych
