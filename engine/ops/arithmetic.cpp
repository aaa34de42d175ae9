#include <vector>

#include "engine/ops/detail.h"

namespace triptych {
namespace {

struct Broadcast {
  Shape shape;        // of the result
  detail::Walk walk;  // of a and b over the result
};

Broadcast broadcast(const char* op, const Shape& a, const Shape& b) {
  Broadcast result{detail::broadcast_shape(op, a, b), {}};
  const std::vector<Index> of_a = detail::broadcast_strides(a, result.shape),
                           of_b = detail::broadcast_strides(b, result.shape);
  std::vector<detail::StridedAxis> axes;
  for (std::size_t axis = 0; axis < of_a.size(); ++axis)
    axes.push_back({result.shape[static_cast<int>(axis)], of_a[axis], of_b[axis]});
  result.walk = detail::walk_over(axes);
  return result;
}

// y = a op b over the traversal; y contiguous.
void combine(const Device& device, BinaryOp kind, const detail::Walk& walk, const Real* a, const Real* b,
             Real* y) {
  detail::for_each_part(walk, [&](const StridedShape& shape, Index at_a, Index at_b, Index at_y) {
    device.kernels().binary(device.context(), kind, shape, a + at_a, b + at_b, y + at_y);
  });
}

Tensor combine(const char* op, BinaryOp kind, const Variable& a, const Variable& b, const Broadcast& both) {
  detail::place_of(op, {&a, &b});
  Tensor y(a.device(), both.shape);
  combine(a.device(), kind, both.walk, a.value.real(), b.value.real(), y.real());
  return y;
}

// da += g b, or += g where b is null, summed over the repeated axes of a; g contiguous.
void add_back(const BackwardStep& step, const detail::Walk& walk, const Real* g, const Real* b, Real* da) {
  detail::for_each_part(walk, [&](const StridedShape& shape, Index at_a, Index at_b, Index at_g) {
    step.kernels().binary_backward(step.context(), shape, g + at_g, b ? b + at_b : nullptr, da + at_a);
  });
}

// A scalar as a constant, broadcast over the elements of x.
Variable constant_beside(const Variable& x, Real value) {
  return Tensor::filled(x.device(), Shape{1}, value);
}

}  // namespace

Variable add(const Variable& a, const Variable& b) {
  const Broadcast both = broadcast("add", a.shape(), b.shape());
  Tensor y = combine("add", BinaryOp::add, a, b, both);

  // saved: nothing. y = a + b: da += dy, db += dy, each summed over its repeated axes
  const bool repeats = a.shape() != b.shape();
  return record("add", {&a, &b}, y, [repeats, walk = both.walk](const BackwardStep& step) {
    if (!repeats) {
      step.copy_gradient_to(1);
      return step.pass_gradient_on(0);
    }
    const Real* dy = step.output_gradient().real();
    if (Real* da = step.gradient(0)) add_back(step, walk, dy, nullptr, da);
    if (Real* db = step.gradient(1)) add_back(step, detail::swapped(walk), dy, nullptr, db);
  });
}

Variable subtract(const Variable& a, const Variable& b) {
  return add(a, scale(b, -1));
}

Variable multiply(const Variable& a, const Variable& b) {
  const Broadcast both = broadcast("multiply", a.shape(), b.shape());
  Tensor y = combine("multiply", BinaryOp::multiply, a, b, both);

  // saved: a, b.   y = a b:   da += dy b,   db += dy a, each summed over its repeated axes
  return record("multiply", {&a, &b}, y,
                [a = Saved(a.value), b = Saved(b.value), walk = both.walk](const BackwardStep& step) {
                  const Real* dy = step.output_gradient().real();
                  if (Real* da = step.gradient(0)) add_back(step, walk, dy, b.real(), da);
                  if (Real* db = step.gradient(1)) add_back(step, detail::swapped(walk), dy, a.real(), db);
                });
}

Variable divide(const Variable& a, const Variable& b) {
  const Broadcast both = broadcast("divide", a.shape(), b.shape());
  const Broadcast over_b = broadcast("divide", both.shape, b.shape());  // an array of y's shape beside b
  Tensor y = combine("divide", BinaryOp::divide, a, b, both);

  // saved: b, y. y = a / b: da += dy / b, db -= dy y / b, each summed over the axes along which it was
  // repeated
  return record(
      "divide", {&a, &b}, y,
      [b = Saved(b.value), y = Saved(y), walk = both.walk, over_b = over_b.walk](const BackwardStep& step) {
        Tensor share = Tensor::like(y);  // dy / b
        combine(step.device(), BinaryOp::divide, over_b, step.output_gradient().real(), b.real(),
                share.real());
        if (Real* da = step.gradient(0)) add_back(step, walk, share.real(), nullptr, da);
        if (Real* db = step.gradient(1)) {
          step.kernels().scale(step.context(), share.elements(), -1, share.real());
          Tensor product = Tensor::like(y);  // -dy y / b
          const Broadcast same = broadcast("divide", y.shape(), y.shape());
          combine(step.device(), BinaryOp::multiply, same.walk, share.real(), y.real(), product.real());
          add_back(step, detail::swapped(walk), product.real(), nullptr, db);
        }
      });
}

Variable scale(const Variable& x, Real factor) {
  const auto [kernels, context] = detail::place_of("scale", {&x});
  Tensor y = x.value.copy();
  kernels.scale(context, y.elements(), factor, y.real());

  // saved: the factor.   dx += factor dy
  return record("scale", {&x}, y, [factor](const BackwardStep& step) {
    const Tensor& dy = step.output_gradient();
    step.kernels().add_scaled(step.context(), dy.elements(), factor, dy.real(), step.gradient(0));
  });
}

Variable weighted_sum(std::span<const Variable> terms, std::span<const Real> weights) {
  require(!terms.empty() && terms.size() == weights.size(),
          "weighted_sum takes as many weights as terms, and at least one, not {} and {}", weights.size(),
          terms.size());
  const Variable& first = terms[0];
  std::vector<WeightedArray> list;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    detail::place_of("weighted_sum", {&first, &terms[i]});
    require(terms[i].shape() == first.shape(), "weighted_sum takes terms of one shape, not {} and {}",
            first.shape().text(), terms[i].shape().text());
    list.push_back({terms[i].value.real(), weights[i]});
  }
  Tensor y = Tensor::like(first.value);
  y.device().kernels().weighted_sum_forward(y.device().context(), static_cast<Index>(list.size()),
                                            list.data(), y.elements(), y.real());

  // saved: the weights.   y = sum_i w_i x_i:   dx_i += w_i dy
  return record("weighted_sum", terms, y,
                [w = std::vector<Real>(weights.begin(), weights.end())](const BackwardStep& step) {
                  std::vector<Real*> dx;
                  for (int i = 0; i < static_cast<int>(w.size()); ++i) dx.push_back(step.gradient(i));
                  const Tensor& dy = step.output_gradient();
                  step.kernels().weighted_sum_backward(step.context(), static_cast<Index>(w.size()), w.data(),
                                                       dx.data(), dy.elements(), dy.real());
                });
}

// A new leaf on the same tape, so that parameters used behind it are still recorded; a constant when that
// tape is gone.
Variable detach(const Variable& x) {
  if (x.stale()) return Variable(x.value);
  Tape* const tape = x.tape();
  return tape ? tape->input(x.value) : Variable(x.value);
}

Variable operator+(const Variable& a, Real b) {
  return add(a, constant_beside(a, b));
}
Variable operator/(Real a, const Variable& b) {
  return divide(constant_beside(b, a), b);
}

}  // namespace triptych
