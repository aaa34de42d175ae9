// Convolution forward, and its fusion with bias, activation and 2x2 max-pooling: y = patches x filters.
#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/convolution_sources.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/multiply.cuh"

namespace triptych::cuda {

// y[pixel, o] = sums + bias
struct BiasSink {
  float* y;
  const float* bias;
  int pixels, channels;
  bool vectors;
  __device__ BiasSink part(unsigned) const { return *this; }
  __device__ void operator()(int pixel, int o, const float (&block)[4][4]) const {
    float offset[4] = {};
    for (int q = 0; q < 4; ++q)
      if (bias && o + q < channels) offset[q] = bias[o + q];
    for (int r = 0; r < 4 && pixel + r < pixels; ++r) {
      float* to = y + Index(pixel + r) * channels + o;
      if (vectors && o + 3 < channels) {
        *reinterpret_cast<float4*>(to) = make_float4(block[r][0] + offset[0], block[r][1] + offset[1],
                                                     block[r][2] + offset[2], block[r][3] + offset[3]);
      } else {
        for (int q = 0; q < 4; ++q)
          if (o + q < channels) to[q] = block[r][q] + offset[q];
      }
    }
  }
};

// The four rows of a block are the four pixels of a window: y = activation(their maximum), winner = its
// index.
struct PoolSink {
  float* y;
  std::uint8_t* winner;
  const float* bias;
  Activation activation;
  int windows, channels;
  bool vectors, vector_winners;  // whether y may be written as float4, winner as four bytes in one store
  __device__ PoolSink part(unsigned) const { return *this; }
  __device__ void operator()(int row, int o, const float (&block)[4][4]) const {
    const int window = row / 4;
    if (window >= windows) return;
    float best[4];
    std::uint8_t at[4];
    for (int q = 0; q < 4; ++q) {
      const float offset = bias && o + q < channels ? bias[o + q] : 0.0f;
      best[q] = block[0][q] + offset, at[q] = 0;
      for (int p = 1; p < 4; ++p) {
        const float candidate = block[p][q] + offset;
        if (beats(candidate, best[q])) best[q] = candidate, at[q] = static_cast<std::uint8_t>(p);
      }
      best[q] = activate(activation, best[q]);
    }
    const Index to = Index(window) * channels + o;
    const bool whole = o + 3 < channels;
    if (whole && vectors)
      *reinterpret_cast<float4*>(y + to) = make_float4(best[0], best[1], best[2], best[3]);
    if (whole && vector_winners)
      *reinterpret_cast<uchar4*>(winner + to) = make_uchar4(at[0], at[1], at[2], at[3]);
    for (int q = 0; q < 4 && o + q < channels; ++q) {
      if (!whole || !vectors) y[to + q] = best[q];
      if (!whole || !vector_winners) winner[to + q] = at[q];
    }
  }
};

// The filters in memory are the matrix w [patch, out_channels].
RowsAcrossK filters(const ConvolutionShape& s, const float* w) {
  return {w, s.out_channels, static_cast<int>(s.out_channels), whole_quads(w, s.out_channels)};
}

void convolution_forward(Context& context, const ConvolutionShape& s, const float* x, const float* w,
                         const float* bias, float* y) {
  if (s.pixels() == 0 || s.out_channels == 0) return;
  const BiasSink sink = {y, bias, static_cast<int>(s.pixels()), static_cast<int>(s.out_channels),
                         whole_quads(y, s.out_channels)};
  with_tile(s.pixels(), s.out_channels, [&](auto shape) {
    multiply_tiles<decltype(shape)>(context, "convolution_forward", s.pixels(), s.out_channels, s.patch(), 1,
                                    PatchesAlongK{PatchGeometry(s, x)}, filters(s, w), sink);
  });
}

void convolution_activation_pool_forward(Context& context, const ConvolutionShape& s, Activation activation,
                                         const float* x, const float* w, const float* bias, float* y,
                                         std::uint8_t* winner) {
  const Index pooled_width = s.out_width() / 2, pooled_pixels = s.out_height() / 2 * pooled_width;
  const Index windows = s.batch * pooled_pixels;
  if (windows == 0 || s.out_channels == 0) return;
  const WindowsAlongK source = {PatchGeometry(s, x), Divisor(pooled_width), Divisor(pooled_pixels),
                                static_cast<int>(windows)};
  const PoolSink sink = {y,
                         winner,
                         bias,
                         activation,
                         static_cast<int>(windows),
                         static_cast<int>(s.out_channels),
                         whole_quads(y, s.out_channels),
                         reinterpret_cast<std::uintptr_t>(winner) % 4 == 0 && s.out_channels % 4 == 0};
  with_tile(4 * windows, s.out_channels, [&](auto shape) {
    multiply_tiles<decltype(shape)>(context, "convolution_activation_pool_forward", 4 * windows,
                                    s.out_channels, s.patch(), 1, source, filters(s, w), sink);
  });
}

}  // namespace triptych::cuda
