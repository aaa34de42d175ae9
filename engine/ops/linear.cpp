#include "engine/ops/detail.h"

namespace triptych {
namespace {

// C [m, n] = beta C + op(A) op(B), with all three contiguous.
void multiply_into(const Kernels& kernels, Context& context, Transpose ta, Transpose tb, Index m, Index n,
                   Index k, const Real* a, const Real* b, Real beta, Real* c) {
  kernels.gemm(context, ta, tb, m, n, k, 1, a, ta == Transpose::no ? k : m, b, tb == Transpose::no ? n : k,
               beta, c, n);
}

// A vector [columns] beside a matrix [rows, columns]: the same vector for every row.
StridedShape vector_beside_rows(const char* op, Index rows, Index columns) {
  return detail::strided(op, {{{rows, 0, columns}, {columns, 1, 1}}});
}

}  // namespace

Variable matmul(const Variable& a, const Variable& b) {
  const auto [kernels, context] = detail::place_of("matmul", {&a, &b});
  require(a.shape().axes() == 2 && b.shape().axes() == 2 && a.shape()[1] == b.shape()[0],
          "matmul takes [m, k] and [k, n], not {} and {}", a.shape().text(), b.shape().text());
  const Index m = a.shape()[0], k = a.shape()[1], n = b.shape()[1];
  Tensor c(a.device(), Shape{m, n});
  multiply_into(kernels, context, Transpose::no, Transpose::no, m, n, k, a.value.real(), b.value.real(), 0,
                c.real());

  // saved: a, b.   C = A B:   dA += dC B^T,   dB += A^T dC
  return record("matmul", {&a, &b}, c, [a = a.value, b = b.value, m, k, n](const BackwardStep& step) {
    const Real* dc = step.output_gradient().real();
    if (Real* da = step.gradient(0))
      multiply_into(step.kernels(), step.context(), Transpose::no, Transpose::yes, m, k, n, dc, b.real(), 1,
                    da);
    if (Real* db = step.gradient(1))
      multiply_into(step.kernels(), step.context(), Transpose::yes, Transpose::no, k, n, m, a.real(), dc, 1,
                    db);
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
  y_shape[y_shape.axes() - 1] = out;
  Tensor y(x.device(), y_shape);
  if (bias.value)  // every row of y starts as the bias; the product is added
    kernels.copy_strided(context, vector_beside_rows("linear", rows, out), false, bias.value.real(),
                         y.real());
  multiply_into(kernels, context, Transpose::no, Transpose::no, rows, out, in, x.value.real(),
                weight.value.real(), bias.value ? 1 : 0, y.real());

  // saved: x, w.   y = x w + bias:   dx += dy w^T,   dw += x^T dy,   dbias += the sum of the rows of dy
  return record("linear", {&x, &weight, &bias}, y,
                [x = x.value, w = weight.value, rows, in, out](const BackwardStep& step) {
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
                [x = x.value, y = y.value, m, n, k](const BackwardStep& step) {
                  step.kernels().pairwise_distance_backward(step.context(), m, n, k, x.real(), y.real(),
                                                            step.output_gradient().real(), step.gradient(0),
                                                            step.gradient(1));
                });
}

}  // namespace triptych
