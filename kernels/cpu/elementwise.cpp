// Elementwise kernels, and the strided kernels behind broadcast, transpose, slice and concatenate.
#include "kernels/context.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {

// Filling 1 MiB is faster than waking a thread. A program that only embeds an image fills all parameters
// before it reads them from a file; threads started for that would spin during the read.
void fill(Context& context, Index n, float value, float* x) {
  constexpr Index few = Index(1) << 18;
  const auto put = [&](Index i, auto part) { part.put(x + i, broadcast(value)); };
  if (n <= few)
    sweep(0, n, put);
  else
    parallel_sweep(context, n, put);
}

void add_scaled(Context& context, Index n, float alpha, const float* x, float* y) {
  parallel_sweep(context, n,
                 [&](Index i, auto part) { part.put(y + i, alpha * part.get(x + i) + part.get(y + i)); });
}

void scale(Context& context, Index n, float alpha, float* x) {
  if (alpha == 0) return fill(context, n, 0, x);  // clears NaN as well
  parallel_sweep(context, n, [&](Index i, auto part) { part.put(x + i, alpha * part.get(x + i)); });
}

void clear_all(Context& context, Index count, const ArraySlice* arrays) {
  for (Index i = 0; i < count; ++i) fill(context, arrays[i].size, 0, arrays[i].data);
}

void weighted_sum_forward(Context& context, Index count, const WeightedArray* terms, Index n, float* y) {
  parallel_sweep(context, n, [&](Index i, auto part) {
    Floats total = rounded(terms[0].weight * part.get(terms[0].data + i));
    for (Index term = 1; term < count; ++term)
      total = total + rounded(terms[term].weight * part.get(terms[term].data + i));
    part.put(y + i, total);
  });
}

void weighted_sum_backward(Context& context, Index count, const float* weight, float* const* dx, Index n,
                           const float* dy) {
  for (Index i = 0; i < count; ++i)
    if (dx[i]) add_scaled(context, n, weight[i], dy, dx[i]);
}

namespace {

// Merges neighbouring axes over which both arrays have one stride, from the innermost outwards: a contiguous
// array becomes one axis, a bias added to a batch two, and the inner loop is as long as possible.
StridedShape joined(const StridedShape& s) {
  StridedShape r;
  int to = 3;
  r.size[3] = s.size[3], r.a[3] = s.a[3], r.b[3] = s.b[3];
  for (int axis = 2; axis >= 0; --axis) {
    if (s.size[axis] == 1) continue;
    if (r.size[to] == 1) {
      r.size[to] = s.size[axis], r.a[to] = s.a[axis], r.b[to] = s.b[axis];
    } else if (s.a[axis] == r.a[to] * r.size[to] && s.b[axis] == r.b[to] * r.size[to]) {
      r.size[to] *= s.size[axis];
    } else {
      --to;
      r.size[to] = s.size[axis], r.a[to] = s.a[axis], r.b[to] = s.b[axis];
    }
  }
  return r;
}

// Calls body(begin, end, a, b) for runs of the inner axis: elements begin .. end of the contiguous array,
// which start at offsets a and b of the strided ones.
template <class Body>
void for_runs(Context& context, const StridedShape& s, Body body) {
  const Index inner = s.size[3], pieces = divide_up(inner, piece), rows = s.size[0] * s.size[1] * s.size[2];
  parallel_for(context, rows * pieces, minimum(inner, piece), [&](Index item) {
    const Index row = item / pieces, begin = item % pieces * piece, end = minimum(inner, begin + piece);
    const Index i = row / (s.size[1] * s.size[2]), j = row / s.size[2] % s.size[1], l = row % s.size[2];
    body(row * inner + begin, row * inner + end, i * s.a[0] + j * s.a[1] + l * s.a[2] + begin * s.a[3],
         i * s.b[0] + j * s.b[1] + l * s.b[2] + begin * s.b[3]);
  });
}
// A register of x for the elements from i on: loaded if x is contiguous, broadcast if its stride is 0.
template <class Part>
TRIPTYCH_INLINE Floats gather(const float* x, Index stride, Index i, Part part) {
  return stride == 1 ? part.get(x + i) : broadcast(*x);
}
bool is_plain(Index stride) {
  return stride == 0 || stride == 1;
}

template <class T>
TRIPTYCH_INLINE T combine(BinaryOp op, T a, T b) {
  return op == BinaryOp::add ? a + b : op == BinaryOp::multiply ? a * b : a / b;
}

}  // namespace

void binary(Context& context, BinaryOp op, const StridedShape& shape, const float* a, const float* b,
            float* y) {
  const StridedShape s = joined(shape);
  const Index a_step = s.a[3], b_step = s.b[3];
  for_runs(context, s, [&](Index begin, Index end, Index a_at, Index b_at) {
    const float *from_a = a + a_at, *from_b = b + b_at;
    float* to = y + begin;
    if (is_plain(a_step) && is_plain(b_step))
      return sweep(0, end - begin, [&](Index i, auto part) {
        part.put(to + i, combine(op, gather(from_a, a_step, i, part), gather(from_b, b_step, i, part)));
      });
    for (Index i = 0; i < end - begin; ++i) to[i] = combine(op, from_a[i * a_step], from_b[i * b_step]);
  });
}

void copy_strided(Context& context, const StridedShape& shape, bool accumulate, const float* a, float* b) {
  const StridedShape s = joined(shape);
  const Index a_step = s.a[3], b_step = s.b[3];
  for_runs(context, s, [&](Index begin, Index end, Index a_at, Index b_at) {
    const float* from = a + a_at;
    float* to = b + b_at;
    if (is_plain(a_step) && b_step == 1)
      return sweep(0, end - begin, [&](Index i, auto part) {
        const Floats v = gather(from, a_step, i, part);
        part.put(to + i, accumulate ? part.get(to + i) + v : v);
      });
    for (Index i = 0; i < end - begin; ++i) {
      float& element = to[i * b_step];
      element = accumulate ? element + from[i * a_step] : from[i * a_step];
    }
  });
}

namespace {

// The axes of a shape along which elements of `a` are distinct, or along which they are shared.
struct Axes {
  Index size[4] = {1, 1, 1, 1}, a[4] = {}, b[4] = {}, g[4] = {};
  int count = 0;
  Index elements() const { return size[0] * size[1] * size[2] * size[3]; }
  void add(Index n, Index a_step, Index b_step, Index g_step) {
    size[count] = n, a[count] = a_step, b[count] = b_step, g[count++] = g_step;
  }
  struct Place {
    Index a = 0, b = 0, g = 0;
  };
  Place place(Index item) const {
    Place p;
    for (int i = count - 1; i >= 0; --i) {
      const Index k = item % size[i];
      item /= size[i];
      p.a += k * a[i], p.b += k * b[i], p.g += k * g[i];
    }
    return p;
  }
};

}  // namespace

// One item computes each element of da by summing over the shared axes in order. If the inner axis is not
// shared, an item is one register of it (the bias of a batch: every lane sums its own column).
void binary_backward(Context& context, const StridedShape& shape, const float* g, const float* b, float* da) {
  if (!da || shape.elements() == 0) return;
  const StridedShape s = joined(shape);
  Axes own, shared;
  Index g_step = 1;
  for (int axis = 3; axis >= 0; --axis) {
    if (axis < 3 && s.size[axis] > 1)
      (s.a[axis] ? own : shared).add(s.size[axis], s.a[axis], s.b[axis], g_step);
    g_step *= s.size[axis];
  }
  const Index inner = s.size[3], repeats = shared.elements();
  const bool vectors = s.a[3] == 1 && is_plain(s.b[3]);
  if (!vectors && s.a[3] == 0)
    shared.add(inner, 0, s.b[3], 1);
  else if (!vectors)
    own.add(inner, s.a[3], s.b[3], 1);
  if (!vectors)
    return parallel_for(context, own.elements(), shared.elements(), [&](Index item) {
      const Axes::Place at = own.place(item);
      double total = 0;
      for (Index k = 0; k < shared.elements(); ++k) {
        const Axes::Place more = shared.place(k);
        total += static_cast<double>(g[at.g + more.g]) * (b ? b[at.b + more.b] : 1.0f);
      }
      da[at.a] = static_cast<float>(da[at.a] + total);
    });
  const Index strip = repeats > 1 ? lanes : piece, strips = divide_up(inner, strip);
  parallel_for(context, own.elements() * strips, strip * repeats, [&](Index item) {
    const Axes::Place at = own.place(item / strips);
    const Index begin = item % strips * strip;
    sweep(begin, minimum(inner, begin + strip), [&](Index i, auto part) {
      Floats total = {};
      for (Index k = 0; k < repeats; ++k) {
        const Axes::Place more = shared.place(k);
        const Floats v = part.get(g + at.g + more.g + i);
        total = b ? v * gather(b + at.b + more.b, s.b[3], i, part) + total : total + v;
      }
      float* to = da + at.a + i;
      part.put(to, part.get(to) + total);
    });
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
