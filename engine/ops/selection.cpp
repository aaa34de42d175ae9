#include <limits>
#include <vector>

#include "engine/ops/detail.h"

namespace triptych {
namespace {

// The strided traversal of `shape` by a mask (a) and a value (b) that broadcast to it.
detail::Walk mask_beside(const Shape& mask, const Shape& value, const Shape& shape) {
  const std::vector<Index> of_mask = detail::broadcast_strides(mask, shape),
                           of_value = detail::broadcast_strides(value, shape);
  std::vector<detail::StridedAxis> axes;
  for (std::size_t axis = 0; axis < of_mask.size(); ++axis)
    axes.push_back({shape[static_cast<int>(axis)], of_mask[axis], of_value[axis]});
  return detail::walk_over(axes);
}

// y = x, or += with accumulate, where (mask != 0) == wanted; y contiguous over `shape`.
void copy_where(const Device& device, const Tensor& mask, bool wanted, bool accumulate, const Tensor& x,
                const Shape& shape, Real* y) {
  const detail::Walk walk = mask_beside(mask.shape(), x.shape(), shape);
  detail::for_each_part(walk, [&](const StridedShape& part, Index at_mask, Index at_x, Index at_y) {
    device.kernels().copy_where(device.context(), part, wanted, accumulate, mask.byte() + at_mask,
                                x.real() + at_x, y + at_y);
  });
}

// The gradient of an input of shape `from`: dy where the mask selected it, summed over repeated axes.
void add_chosen(const BackwardStep& step, int input, const Tensor& mask, bool wanted, const Shape& from) {
  Real* dx = step.gradient(input);
  if (!dx) return;
  const Tensor& dy = step.output_gradient();
  if (from == dy.shape()) return copy_where(step.device(), mask, wanted, true, dy, dy.shape(), dx);
  Tensor chosen = Tensor::zeros(step.device(), dy.shape());
  copy_where(step.device(), mask, wanted, false, dy, dy.shape(), chosen.real());
  const std::vector<Index> strides = detail::broadcast_strides(from, dy.shape());
  std::vector<detail::StridedAxis> axes;
  for (std::size_t axis = 0; axis < strides.size(); ++axis)
    axes.push_back({dy.shape()[static_cast<int>(axis)], strides[axis], 0});
  detail::for_each_part(
      detail::walk_over(axes), [&](const StridedShape& part, Index at, Index, Index from_dy) {
        step.kernels().binary_backward(step.context(), part, chosen.real() + from_dy, nullptr, dx + at);
      });
}

}  // namespace

Variable where(const Tensor& mask, const Variable& a, const Variable& b) {
  detail::place_of("where", {&a, &b});
  require(mask && mask.type() == Type::byte, "where takes a mask of bytes");
  const Shape shape =
      detail::broadcast_shape("where", mask.shape(), detail::broadcast_shape("where", a.shape(), b.shape()));
  Tensor y(a.device(), shape);
  copy_where(a.device(), mask, true, false, a.value, shape, y.real());
  copy_where(a.device(), mask, false, false, b.value, shape, y.real());

  // saved: the mask. da += dy where mask, db += dy elsewhere; an operand that was repeated receives the sum
  return record("where", {&a, &b}, y,
                [mask = Saved(mask), a = a.shape(), b = b.shape()](const BackwardStep& step) {
                  add_chosen(step, 0, mask, true, a);
                  add_chosen(step, 1, mask, false, b);
                });
}

// Outside the mask x becomes the lowest finite value, so that its exponential is 0; a row without any allowed
// element is uniform after that and set to 0 by the second selection.
Variable softmax(const Variable& x, const Tensor& mask) {
  require(detail::broadcast_shape("softmax", x.shape(), mask.shape()) == x.shape(),
          "softmax of x {} takes a mask that broadcasts to it, not {}", x.shape().text(),
          mask.shape().text());
  const Variable lowest = Tensor::filled(x.device(), Shape{1}, std::numeric_limits<Real>::lowest());
  const Variable zero = Tensor::zeros(x.device(), Shape{1});
  return where(mask, softmax(where(mask, x, lowest)), zero);
}

// ---- rows selected by an index ----------------------------------------------------------------------------
namespace {

// The kernels do not check the index.
void check_index(const char* op, const std::vector<std::int32_t>& index, Index below) {
  for (const std::int32_t i : index)
    require(i >= 0 && i < below, "{}: the index {} is not within 0 and {}", op, i, below - 1);
}

// The positions of an index array sorted by their value: those with value r are order[start[r]] ..
// order[start[r + 1] - 1].
struct Sorted {
  Tensor order, start;
};
Sorted sorted(const Device& device, const std::vector<std::int32_t>& index, Index rows) {
  std::vector<std::int32_t> start(static_cast<std::size_t>(rows) + 1), order(index.size());
  for (const std::int32_t row : index) ++start[static_cast<std::size_t>(row) + 1];
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) start[row + 1] += start[row];
  std::vector<std::int32_t> next(start.begin(), start.end() - 1);
  for (std::size_t position = 0; position < index.size(); ++position)
    order[static_cast<std::size_t>(next[static_cast<std::size_t>(index[position])]++)] =
        static_cast<std::int32_t>(position);
  return {Tensor::from(device, {static_cast<Index>(order.size())}, std::span<const std::int32_t>(order)),
          Tensor::from(device, {rows + 1}, std::span<const std::int32_t>(start))};
}

void scatter(const Device& device, const GatherShape& shape, const std::vector<std::int32_t>& index,
             const Real* y, Real* x) {
  const Sorted positions = sorted(device, index, shape.axis);
  device.kernels().scatter_add(device.context(), shape, positions.order.int32(), positions.start.int32(), y,
                               x);
}

}  // namespace

Variable gather(const Variable& x, const Tensor& index, int axis) {
  const auto [kernels, context] = detail::place_of("gather", {&x});
  axis = detail::checked_axis("gather", x.shape(), axis);
  const std::vector<std::int32_t> places = index.int32_values();
  check_index("gather", places, x.shape()[axis]);
  const detail::AxisView view = detail::view_axis(x.shape(), axis);
  const GatherShape s{view.outer, view.axis, view.inner, index.elements()};
  Shape shape;
  for (int i = 0; i < x.shape().axes(); ++i) {
    if (i != axis) shape.append(x.shape()[i]);
    for (int j = 0; i == axis && j < index.shape().axes(); ++j) shape.append(index.shape()[j]);
  }
  Tensor y(x.device(), shape);
  kernels.gather(context, s, index.int32(), x.value.real(), y.real());

  // saved: the index.   dx[.., index[k], ..] += dy[.., k, ..]; a row selected twice receives the sum
  return record("gather", {&x}, y, [s, places](const BackwardStep& step) {
    if (Real* dx = step.gradient(0)) scatter(step.device(), s, places, step.output_gradient().real(), dx);
  });
}

Variable scatter_add(const Variable& rows, const Tensor& index, Index size) {
  detail::place_of("scatter_add", {&rows});
  require(rows.shape().axes() >= 1 && index.shape() == Shape{rows.shape()[0]},
          "scatter_add takes rows [n, ...] and an index [n], not {} and {}", rows.shape().text(),
          index.shape().text());
  const std::vector<std::int32_t> places = index.int32_values();
  check_index("scatter_add", places, size);
  const GatherShape s{1, size, rows.shape().stride(0), rows.shape()[0]};
  Shape shape = rows.shape();
  shape.set(0, size);
  Tensor y = Tensor::zeros(rows.device(), shape);
  scatter(rows.device(), s, places, rows.value.real(), y.real());

  // saved: the index.   y[index[k]] += rows[k]:   drows[k] += dy[index[k]]
  return record("scatter_add", {&rows}, y, [s, index = Saved(index)](const BackwardStep& step) {
    if (Real* into = step.gradient(0)) {
      Tensor picked(step.device(), {s.count, s.inner});
      step.kernels().gather(step.context(), s, index.int32(), step.output_gradient().real(), picked.real());
      step.kernels().add_scaled(step.context(), picked.elements(), 1, picked.real(), into);
    }
  });
}

Variable embedding(const Variable& table, const Tensor& index) {
  require(table.shape().axes() == 2, "embedding takes a table [rows, columns], not {}", table.shape().text());
  return gather(table, index, 0);
}

Variable pick(const Variable& x, const Tensor& index) {
  Shape shape;
  for (int i = 0; i + 1 < x.shape().axes(); ++i) shape.append(x.shape()[i]);
  require(x.shape().axes() >= 1 && index.shape() == shape,
          "pick takes x [..., n] and an index [...], not {} and {}", x.shape().text(), index.shape().text());
  std::vector<std::int32_t> places = index.int32_values();
  check_index("pick", places, x.shape().last());
  for (std::size_t i = 0; i < places.size(); ++i)
    places[i] += static_cast<std::int32_t>(Index(i) * x.shape().last());
  const Tensor flat = Tensor::from(x.device(), shape, std::span<const std::int32_t>(places));
  return gather(reshape(x, {x.shape().elements()}), flat, 0);
}

Tensor one_hot(const Tensor& target, Index classes) {
  const std::vector<std::int32_t> labels = target.int32_values();
  check_index("one_hot", labels, classes);
  std::vector<std::uint8_t> hot(labels.size() * static_cast<std::size_t>(classes));
  for (std::size_t i = 0; i < labels.size(); ++i)
    hot[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(labels[i])] = 1;
  Shape shape = target.shape();
  shape.append(classes);
  return Tensor::from(target.device(), shape, std::span<const std::uint8_t>(hot));
}

}  // namespace triptych
