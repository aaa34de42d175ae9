#pragma once
// Convolution as a product with a patch matrix that is never stored ("implicit GEMM"): sources for
// gemm_tile.cuh that compute the address of a matrix element in the image. A stored matrix of 5x5 patches
// would hold every element 25 times.
//
// In an NHWC image, row r of a patch is a run of kernel_width * channels contiguous elements. With k = (r,
// t), t the position in the run, the element is in image row top + r at position left + t, and it is padding
// exactly if that row, or that position in a row of width * channels elements, does not exist. So channel and
// column need not be computed.
#include "kernels/cuda/divisor.h"
#include "kernels/cuda/gemm_sources.cuh"
#include "kernels/shapes.h"

namespace triptych::cuda {

struct PatchGeometry {
  const float* x;
  int height, row_size;  // of an image; row_size = width * channels
  int channels, stride, pad;
  int pixels, taps;  // rows and columns of the patch matrix
  Divisor run, out_width, out_pixels;
  int run_size;
  bool vectors;  // quads are whole: four consecutive k are contiguous in memory, or all padding

  PatchGeometry(const ConvolutionShape& s, const float* x_)
      : x(x_),
        height(static_cast<int>(s.height)),
        row_size(static_cast<int>(s.width * s.in_channels)),
        channels(static_cast<int>(s.in_channels)),
        stride(static_cast<int>(s.stride)),
        pad(static_cast<int>(s.pad)),
        pixels(static_cast<int>(s.pixels())),
        taps(static_cast<int>(s.patch())),
        run(s.kernel_width * s.in_channels),
        out_width(s.out_width()),
        out_pixels(s.out_height() * s.out_width()),
        run_size(static_cast<int>(s.kernel_width * s.in_channels)),
        vectors(whole_quads(x_, s.in_channels)) {}

  // The origin of an output pixel's patch: its image, its first row, and its first position in a row.
  struct Corner {
    const float* image;
    int top, left;
  };
  __device__ Corner corner(int n, int i, int j) const {
    return {x + Index(n) * height * row_size, i * stride - pad, (j * stride - pad) * channels};
  }
  __device__ Corner corner_of(int pixel) const {
    const int n = out_pixels.quotient(pixel), in_image = out_pixels.remainder(pixel, n);
    const int i = out_width.quotient(in_image);
    return corner(n, i, out_width.remainder(in_image, i));
  }
  __device__ float element(const Corner& c, int r, int t) const {
    const int row = c.top + r, place = c.left + t;
    const bool inside = row >= 0 && row < height && place >= 0 && place < row_size;
    return inside ? c.image[Index(row) * row_size + place] : 0.0f;
  }
  // Taps k .. k + 3 of the patch at c; `r` and `t` are those of the first.
  __device__ float4 four(const Corner& c, int k, int r, int t) const {
    if (vectors) {
      const int row = c.top + r, place = c.left + t;
      const bool inside = k < taps && row >= 0 && row < height && place >= 0 && place < row_size;
      return inside ? *reinterpret_cast<const float4*>(c.image + Index(row) * row_size + place)
                    : zero_quad();
    }
    float v[4];
    for (int q = 0; q < 4; ++q) {
      v[q] = k + q < taps ? element(c, r, t) : 0.0f;
      if (++t == run_size) t = 0, ++r;
    }
    return make_float4(v[0], v[1], v[2], v[3]);
  }
};

// Forward, as A: X[pixel, k] = the patch of an output pixel.
struct PatchesAlongK {
  static constexpr bool along_k = true;
  PatchGeometry geometry;
  using Place = PatchGeometry::Corner;
  __device__ Place place(int pixel) const {
    return pixel < geometry.pixels ? geometry.corner_of(pixel) : Place{nullptr, 0, 0};
  }
  __device__ float4 quad(const Place& corner, int k, int) const {
    if (!corner.image) return zero_quad();
    const int r = geometry.run.quotient(k);
    return geometry.four(corner, k, r, geometry.run.remainder(k, r));
  }
};

// The same with the pixels in the order of 2x2 pooling windows: rows 4 w .. 4 w + 3 are the four pixels of
// window w. One thread of the tile has all four in its registers, so pooling needs no communication.
struct WindowsAlongK {
  static constexpr bool along_k = true;
  PatchGeometry geometry;
  Divisor pooled_width, pooled_pixels;
  int windows;
  using Place = PatchGeometry::Corner;
  __device__ Place place(int row) const {
    const int window = row / 4;
    if (window >= windows) return {nullptr, 0, 0};
    const int n = pooled_pixels.quotient(window), in_image = pooled_pixels.remainder(window, n);
    const int i = pooled_width.quotient(in_image), j = pooled_width.remainder(in_image, i);
    return geometry.corner(n, 2 * i + row % 4 / 2, 2 * j + row % 2);
  }
  __device__ float4 quad(const Place& corner, int k, int) const {
    if (!corner.image) return zero_quad();
    const int r = geometry.run.quotient(k);
    return geometry.four(corner, k, r, geometry.run.remainder(k, r));
  }
};

// Backward by weights, as A: X[k, pixel] transposed. The sum runs over pixels, and four neighbouring taps are
// a quad.
struct PatchesAcrossK {
  static constexpr bool along_k = false;
  PatchGeometry geometry;
  struct Place {
    int k, r, t;
  };
  __device__ Place place(int k) const {
    const int r = geometry.run.quotient(k);
    return {k, r, geometry.run.remainder(k, r)};
  }
  __device__ float4 quad(const Place& p, int pixel, int pixel_end) const {
    return pixel < pixel_end ? geometry.four(geometry.corner_of(pixel), p.k, p.r, p.t) : zero_quad();
  }
};

// Backward by input: every input pixel (u, v) gathers from the outputs that depend on it,
//   dx[u, v, ch] += sum over k = (r, c, o) of
//                    dy[(u + pad - r) / stride, (v + pad - c) / stride, o] w[r, c, ch, o]
// where the divisions have no remainder. With stride 2 three quarters of the products are 0; they are
// computed nevertheless, since the networks here stride in pooling instead.
struct OutputsAlongK {
  static constexpr bool along_k = true;
  const float* dy;
  int out_height, out_width, out_channels, kernel_width, pad, pixels, taps;
  Divisor by_channels, by_kernel_width, by_stride, by_width, by_image;
  bool vectors;

  OutputsAlongK(const ConvolutionShape& s, const float* dy_)
      : dy(dy_),
        out_height(static_cast<int>(s.out_height())),
        out_width(static_cast<int>(s.out_width())),
        out_channels(static_cast<int>(s.out_channels)),
        kernel_width(static_cast<int>(s.kernel_width)),
        pad(static_cast<int>(s.pad)),
        pixels(static_cast<int>(s.batch * s.height * s.width)),
        taps(static_cast<int>(s.kernel_height * s.kernel_width * s.out_channels)),
        by_channels(s.out_channels),
        by_kernel_width(s.kernel_width),
        by_stride(s.stride),
        by_width(s.width),
        by_image(s.height * s.width),
        vectors(whole_quads(dy_, s.out_channels)) {}

  struct Place {
    const float* image;
    int u, v;  // including the padding
  };
  __device__ Place place(int pixel) const {
    if (pixel >= pixels) return {nullptr, 0, 0};
    const int n = by_image.quotient(pixel), in_image = by_image.remainder(pixel, n);
    const int u = by_width.quotient(in_image), v = by_width.remainder(in_image, u);
    return {dy + Index(n) * out_height * out_width * out_channels, u + pad, v + pad};
  }
  // The output channels of the output pixel that tap (r, c) connects with an input pixel; null if there is
  // none.
  __device__ const float* output(const Place& p, int tap) const {
    const int r = by_kernel_width.quotient(tap), down = p.u - r,
              across = p.v - by_kernel_width.remainder(tap, r);
    if (down < 0 || across < 0) return nullptr;
    const int i = by_stride.quotient(down), j = by_stride.quotient(across);
    const bool there = by_stride.remainder(down, i) == 0 && by_stride.remainder(across, j) == 0 &&
                       i < out_height && j < out_width;
    return there ? p.image + (Index(i) * out_width + j) * out_channels : nullptr;
  }
  __device__ float element(const Place& p, int k) const {
    const int tap = by_channels.quotient(k);
    const float* from = k < taps ? output(p, tap) : nullptr;
    return from ? from[by_channels.remainder(k, tap)] : 0.0f;
  }
  __device__ float4 quad(const Place& p, int k, int) const {
    if (!p.image) return zero_quad();
    if (!vectors) return make_float4(element(p, k), element(p, k + 1), element(p, k + 2), element(p, k + 3));
    const int tap = by_channels.quotient(k);
    const float* from = k < taps ? output(p, tap) : nullptr;
    return from ? *reinterpret_cast<const float4*>(from + by_channels.remainder(k, tap)) : zero_quad();
  }
};

// ... and the filter as B: W[k = (tap, o), ch] = w[tap, ch, o].
struct FilterAlongK {
  static constexpr bool along_k = true;
  const float* w;
  int in_channels, out_channels, taps;
  Divisor by_channels;
  bool vectors;
  using Place = int;
  __device__ Place place(int channel) const { return channel; }
  __device__ float element(int channel, int k) const {
    const int tap = by_channels.quotient(k);
    return w[(Index(tap) * in_channels + channel) * out_channels + by_channels.remainder(k, tap)];
  }
  __device__ float4 quad(Place channel, int k, int) const {
    if (channel >= in_channels || k >= taps) return zero_quad();
    if (vectors) {
      const int tap = by_channels.quotient(k);
      return *reinterpret_cast<const float4*>(w + (Index(tap) * in_channels + channel) * out_channels +
                                              by_channels.remainder(k, tap));
    }
    float v[4];
    for (int q = 0; q < 4; ++q) v[q] = k + q < taps ? element(channel, k + q) : 0.0f;
    return make_float4(v[0], v[1], v[2], v[3]);
  }
};

}  // namespace triptych::cuda
