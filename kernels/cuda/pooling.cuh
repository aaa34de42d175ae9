#pragma once
// A PoolShape in int: 32-bit divisions are several times faster on a GPU than 64-bit ones.
#include "kernels/cuda/launch.h"
#include "kernels/shapes.h"

namespace triptych::cuda {

// Element [n, row, column, channel] of an NHWC image.
struct Element {
  int n, row, column, channel;
};
__device__ inline Element element_of(int i, int height, int width, int channels) {
  const int pixel = i / channels, line = pixel / width;
  return {line / height, line % height, pixel % width, i % channels};
}

struct PoolWindows {
  int height, width, channels, out_height, out_width;
  int window_height, window_width, stride_height, stride_width;

  explicit PoolWindows(const PoolShape& s)
      : height(static_cast<int>(s.height)),
        width(static_cast<int>(s.width)),
        channels(static_cast<int>(s.channels)),
        out_height(static_cast<int>(s.out_height())),
        out_width(static_cast<int>(s.out_width())),
        window_height(static_cast<int>(s.window_height)),
        window_width(static_cast<int>(s.window_width)),
        stride_height(static_cast<int>(s.stride_height)),
        stride_width(static_cast<int>(s.stride_width)) {}

  __device__ Element output(int i) const { return element_of(i, out_height, out_width, channels); }
  __device__ Element input(int i) const { return element_of(i, height, width, channels); }
  // The offset in x of position k = row * window_width + column of the window of output element y.
  __device__ Index at(const Element& y, int k) const {
    const int row = y.row * stride_height + k / window_width,
              column = y.column * stride_width + k % window_width;
    return ((Index(y.n) * height + row) * width + column) * channels + y.channel;
  }
  __device__ Index output_at(const Element& y) const {
    return ((Index(y.n) * out_height + y.row) * out_width + y.column) * channels + y.channel;
  }
  __device__ int window() const { return window_height * window_width; }
};

inline Index pooled_elements(const PoolShape& s) {
  return s.batch * s.out_height() * s.out_width() * s.channels;
}

}  // namespace triptych::cuda
