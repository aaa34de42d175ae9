#pragma once
// The products of convolutions, whoever chooses their tiles: FloatTiles, or TensorTiles of tensor_tile.cuh.
#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/convolution_sources.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/multiply.cuh"

namespace triptych::cuda {

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
inline RowsAcrossK filters(const ConvolutionShape& s, const float* w) {
  return {w, s.out_channels, static_cast<int>(s.out_channels), whole_quads(w, s.out_channels)};
}

// y = patches x filters + bias
template <class Tiles>
void forward_product(Context& context, const ConvolutionShape& s, const float* x, const float* w,
                     const float* bias, float* y) {
  const BiasSink sink = {y, bias, static_cast<int>(s.pixels()), static_cast<int>(s.out_channels),
                         whole_quads(y, s.out_channels)};
  Tiles::choose(s.pixels(), s.out_channels, [&](auto shape) {
    multiply_tiles<decltype(shape)>(context, "convolution_forward", s.pixels(), s.out_channels, s.patch(),
                                    PatchesAlongK{PatchGeometry(s, x)}, filters(s, w), sink);
  });
}

template <class Tiles>
void pooled_product(Context& context, const ConvolutionShape& s, Activation activation, const float* x,
                    const float* w, const float* bias, float* y, std::uint8_t* winner) {
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
  Tiles::choose(4 * windows, s.out_channels, [&](auto shape) {
    multiply_tiles<decltype(shape)>(context, "convolution_activation_pool_forward", 4 * windows,
                                    s.out_channels, s.patch(), source, filters(s, w), sink);
  });
}

// dx [input pixels, in_channels] += outputs [input pixels, (r, c, o)] x filter [(r, c, o), in_channels]
template <class Tiles>
void input_product(Context& context, const ConvolutionShape& s, const float* dy, const float* w, float* dx) {
  const Index pixels = s.batch * s.height * s.width, taps = s.kernel_height * s.kernel_width * s.out_channels;
  const FilterAlongK filter = {w,
                               static_cast<int>(s.in_channels),
                               static_cast<int>(s.out_channels),
                               static_cast<int>(taps),
                               Divisor(s.out_channels),
                               whole_quads(w, s.out_channels)};
  multiply<Tiles>(context, "convolution_backward_input", pixels, s.in_channels, taps, OutputsAlongK(s, dy),
                  filter, 1, 1, dx, s.in_channels);
}

// dw [patch, out_channels] += patches^T [patch, pixels] x dy [pixels, out_channels]: a small result and a sum
// over all pixels of the batch, so k is split into parts
template <class Tiles>
void weights_product(Context& context, const ConvolutionShape& s, const float* x, const float* dy,
                     float* dw) {
  const RowsAcrossK gradients = {dy, s.out_channels, static_cast<int>(s.out_channels),
                                 whole_quads(dy, s.out_channels)};
  multiply<Tiles>(context, "convolution_backward_weights", s.patch(), s.out_channels, s.pixels(),
                  PatchesAcrossK{PatchGeometry(s, x)}, gradients, 1, 1, dw, s.out_channels);
}

}  // namespace triptych::cuda
