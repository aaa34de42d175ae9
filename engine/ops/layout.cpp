#include <array>
#include <vector>

#include "engine/ops/detail.h"

namespace triptych {

Variable reshape(const Variable& x, const Shape& shape) {
  detail::place_of("reshape", {&x});

  // saved: nothing. dx += dy, or dy's own storage if there is no other contribution
  return record("reshape", {&x}, x.value.reshaped(shape),
                [](const BackwardStep& step) { step.pass_gradient_on(0); });
}

namespace {
// b[b strides] = a[a strides], or += with accumulate, for any number of axes.
void copy_parts(const Kernels& kernels, Context& context, const detail::Walk& walk, bool accumulate,
                const Real* a, Real* b) {
  detail::for_each_part(walk, [&](const StridedShape& shape, Index at_a, Index at_b, Index) {
    kernels.copy_strided(context, shape, accumulate, a + at_a, b + at_b);
  });
}
}  // namespace

Variable permute(const Variable& x, std::initializer_list<int> axes) {
  const auto [kernels, context] = detail::place_of("permute", {&x});
  std::string order;
  for (const int axis : axes) order += (order.empty() ? "" : ", ") + std::to_string(axis);
  require(static_cast<int>(axes.size()) == x.shape().axes(),
          "permute of a tensor of shape {} was given the axes {{{}}}", x.shape().text(), order);
  std::array<bool, Shape::most_axes> seen{};
  Shape shape;
  for (const int axis : axes) {
    require(axis >= 0 && axis < x.shape().axes() && !seen[static_cast<std::size_t>(axis)],
            "permute of a tensor of shape {} was given the axes {{{}}}: name each axis once",
            x.shape().text(), order);
    seen[static_cast<std::size_t>(axis)] = true;
    shape.append(x.shape()[axis]);
  }
  std::vector<detail::StridedAxis> walk;  // a: x, b: y
  for (const int axis : axes)
    walk.push_back({x.shape()[axis], x.shape().stride(axis), shape.stride(static_cast<int>(walk.size()))});
  const detail::Walk parts = detail::walk_over(walk);
  Tensor y(x.device(), shape);
  copy_parts(kernels, context, parts, false, x.value.real(), y.real());

  // saved: nothing.   The same walk the other way: dx[strides of x] += dy[strides of y]
  return record("permute", {&x}, y, [parts](const BackwardStep& step) {
    Real* const fresh = step.fresh_gradient(0);
    copy_parts(step.kernels(), step.context(), detail::swapped(parts), !fresh, step.output_gradient().real(),
               fresh ? fresh : step.gradient(0));
  });
}

Variable transpose(const Variable& x) {
  require(x.shape().axes() == 2, "transpose takes a matrix, not a tensor of shape {}; permute takes any",
          x.shape().text());
  return permute(x, {1, 0});
}

namespace {
// A part of `count` positions along the axis, and the whole. a: the whole, from the part's first position; b:
// the part.
StridedShape part_of(const char* op, const detail::AxisView& whole, Index count) {
  const std::array<detail::StridedAxis, 3> walk = {
      {{whole.outer, whole.axis * whole.inner, count * whole.inner},
       {count, whole.inner, whole.inner},
       {whole.inner, 1, 1}}};
  return detail::strided(op, walk);
}
}  // namespace

Variable slice(const Variable& x, int axis, Index start, Index count) {
  const auto [kernels, context] = detail::place_of("slice", {&x});
  axis = detail::checked_axis("slice", x.shape(), axis);
  require(start >= 0 && count >= 1 && start + count <= x.shape()[axis],
          "slice: positions {} to {} of axis {} are not all inside shape {}", start, start + count - 1, axis,
          x.shape().text());
  const detail::AxisView whole = detail::view_axis(x.shape(), axis);
  const StridedShape strides = part_of("slice", whole, count);
  const Index offset = start * whole.inner;
  Shape shape = x.shape();
  shape.set(axis, count);
  Tensor y(x.device(), shape);
  kernels.copy_strided(context, strides, false, x.value.real() + offset, y.real());

  // saved: nothing.   dx[start .. start + count - 1] += dy
  return record("slice", {&x}, y, [strides, offset, n = x.value.elements()](const BackwardStep& step) {
    Real* const fresh = step.fresh_gradient(0);
    if (fresh) step.kernels().fill(step.context(), n, 0, fresh);
    step.kernels().copy_strided(step.context(), detail::swapped(strides), !fresh,
                                step.output_gradient().real(), (fresh ? fresh : step.gradient(0)) + offset);
  });
}

Variable concatenate(std::span<const Variable> parts, int axis) {
  require(!parts.empty(), "concatenate was given nothing to join");
  const Variable& first = parts[0];
  axis = detail::checked_axis("concatenate", first.shape(), axis);
  Shape shape = first.shape();
  shape.set(axis, 0);
  for (const Variable& part : parts) {
    detail::place_of("concatenate", {&first, &part});
    Shape rest = part.shape();
    if (axis < rest.axes()) rest.set(axis, first.shape()[axis]);
    require(rest == first.shape(), "concatenate along axis {}: the shapes {} and {} differ in another axis",
            axis, first.shape().text(), part.shape().text());
    shape.set(axis, shape[axis] + part.shape()[axis]);
  }
  struct Part {
    StridedShape strides;
    Index offset;
  };
  std::vector<Part> walk;
  const detail::AxisView whole = detail::view_axis(shape, axis);
  Tensor y(first.device(), shape);
  Index start = 0;
  for (const Variable& part : parts) {
    const Index count = part.shape()[axis];
    walk.push_back({part_of("concatenate", whole, count), start * whole.inner});
    y.device().kernels().copy_strided(y.device().context(), detail::swapped(walk.back().strides), false,
                                      part.value.real(), y.real() + walk.back().offset);
    start += count;
  }

  // saved: nothing. d(part) += its part of dy
  return record("concatenate", parts, y, [walk](const BackwardStep& step) {
    for (int i = 0; i < static_cast<int>(walk.size()); ++i) {
      const auto& [strides, offset] = walk[static_cast<std::size_t>(i)];
      Real* const fresh = step.fresh_gradient(i);
      if (Real* dpart = fresh ? fresh : step.gradient(i))
        step.kernels().copy_strided(step.context(), strides, !fresh, step.output_gradient().real() + offset,
                                    dpart);
    }
  });
}

Variable concatenate(std::initializer_list<Variable> parts, int axis) {
  return concatenate(std::span<const Variable>(parts.begin(), parts.size()), axis);
}

Variable stack(std::span<const Variable> parts, int axis) {
  require(!parts.empty(), "stack was given nothing to join");
  const Shape& first = parts[0].shape();
  const int from_front = axis < 0 ? axis + first.axes() + 1 : axis;
  require(from_front >= 0 && from_front <= first.axes(), "stack along axis {} of tensors of shape {}", axis,
          first.text());
  Shape with_axis;
  for (int i = 0; i <= first.axes(); ++i) {
    if (i == from_front) with_axis.append(1);
    if (i < first.axes()) with_axis.append(first[i]);
  }
  std::vector<Variable> rows;
  for (const Variable& part : parts) {
    require(part.shape() == first, "stack: the shapes {} and {} differ", first.text(), part.shape().text());
    rows.push_back(reshape(part, with_axis));
  }
  return concatenate(rows, from_front);
}

Variable stack(std::initializer_list<Variable> parts, int axis) {
  return stack(std::span<const Variable>(parts.begin(), parts.size()), axis);
}

Variable pad(const Variable& x, int axis, Index before, Index after, Real value) {
  const auto [kernels, context] = detail::place_of("pad", {&x});
  axis = detail::checked_axis("pad", x.shape(), axis);
  require(before >= 0 && after >= 0, "pad takes counts of at least 0, not {} and {}", before, after);
  Shape shape = x.shape();
  shape.set(axis, shape[axis] + before + after);
  const detail::AxisView whole = detail::view_axis(shape, axis);
  const StridedShape strides = part_of("pad", whole, x.shape()[axis]);
  const Index offset = before * whole.inner;
  Tensor y = Tensor::filled(x.device(), shape, value);
  kernels.copy_strided(context, detail::swapped(strides), false, x.value.real(), y.real() + offset);

  // saved: nothing.   dx += dy[before .. before + count - 1]
  return record("pad", {&x}, y, [strides, offset](const BackwardStep& step) {
    step.kernels().copy_strided(step.context(), strides, true, step.output_gradient().real() + offset,
                                step.gradient(0));
  });
}

}  // namespace triptych
