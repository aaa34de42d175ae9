#pragma once
// Offsets of the elements of a StridedShape. Constructed on the host, used on the device.
#include "kernels/cuda/launch.h"
#include "kernels/shapes.h"

namespace triptych::cuda {

// Up to four axes, with strides for up to three arrays.
struct Axes {
  struct Place {
    Index a = 0, b = 0, g = 0;
  };
  int size[4] = {1, 1, 1, 1};
  Index a[4] = {}, b[4] = {}, g[4] = {};
  int count = 0;

  void add(Index n, Index a_step, Index b_step, Index g_step) {
    size[count] = static_cast<int>(n), a[count] = a_step, b[count] = b_step, g[count++] = g_step;
  }
  Index elements() const { return Index(size[0]) * size[1] * size[2] * size[3]; }

  // The item-th element in row-major order; the axis added last varies fastest.
  __device__ Place place(int item) const {
    Place p;
    for (int axis = count - 1; axis >= 0; --axis) {
      const int k = item % size[axis];
      item /= size[axis];
      p.a += k * a[axis], p.b += k * b[axis], p.g += k * g[axis];
    }
    return p;
  }
};

inline Axes axes_of(const StridedShape& s) {
  Axes axes;
  for (int i = 0; i < 4; ++i)
    if (s.size[i] != 1) axes.add(s.size[i], s.a[i], s.b[i], 0);
  return axes;
}

}  // namespace triptych::cuda
