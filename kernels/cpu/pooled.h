#pragma once
// Activation and 2x2 max-pooling fused with a convolution: outputs are pooled as soon as they are computed,
// and the gradient of the outputs is computed when it is read. Neither array is ever stored: the
// full-resolution image has four times the size of the pooled one.
#include "kernels/cpu/activation.h"
#include "kernels/cpu/convolution.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The destination of a band's outputs after pooling: y and winner [rows / 2, width, channels], the maximum of
// each window and its position 2 * row + column, the first one on a tie.
struct PooledOutputs {
  Activation activation;
  float* y;
  std::uint8_t* winner;
  Index width, channels;
  const float* bias;  // [channels], or null

  // Pools the outputs `pixel` .. `pixel` + 2 * windows - 1 of rows `row` and `row` + 1, given without bias:
  // values [2][row_distance].
  void pool(Index row, Index pixel, Index windows, const float* values, Index row_distance) const {
    Index at = (row / 2 * width + pixel / 2) * channels;
    for (Index j = 0; j < windows; ++j, at += channels) {
      const float *top = values + 2 * j * channels, *bottom = top + row_distance;
      sweep(
          0, channels, [&](Index o, auto part) __attribute__((always_inline)) {
            Floats best = part.get(top + o);
            Ints place = {};
            const float* others[3] = {top + channels, bottom, bottom + channels};
            for (int i = 0; i < 3; ++i) {
              const Floats value = part.get(others[i] + o);
              const Ints better = replaces(value, best);
              best = better ? value : best;
              place = better ? broadcast(i + 1) : place;
            }
            if (bias) best = best + part.get(bias + o);
            part.put(y + at + o, activate(activation, best));
            part.put(winner + at + o, place);
          });
    }
  }
};

// The gradient dz of a convolution's output [images, height, width, channels], a Source (convolution.h)
// computed from y, winner and dy, all [images, height / 2, width / 2, channels]: dz = dy activation'(y) at
// the winners, else 0.
struct Unpooled {
  Activation activation;
  const float* y;
  const std::uint8_t* winner;
  const float* dy;
  Index height, width, channels;

  // Writes to [pixels, channels]: the pixels of a row from `first` on.
  void make(Index image, Index row, Index first, Index pixels, float* to) const {
    const Index windows = width / 2, covered = maximum(0, minimum(pixels, 2 * windows - first));
    if (row >= height / 2 * 2) return clear_floats(to, pixels * channels);
    const Index line = (image * (height / 2) + row / 2) * windows * channels;
    const auto place = static_cast<std::int32_t>(2 * (row % 2));  // that of the left pixel of a window
    // Both pixels of a window, or the requested one.
    for (Index j = first, count; j < first + covered; j += count, to += count * channels) {
      const Index from = line + j / 2 * channels;
      count = j % 2 == 0 && j + 1 < first + covered ? 2 : 1;
      sweep(
          0, channels, [&](Index o, auto part) __attribute__((always_inline)) {
            const Floats g = part.get(dy + from + o) * slope(activation, part.get(y + from + o));
            const Ints at = part.get(winner + from + o);
            part.put(to + o, at == place + static_cast<std::int32_t>(j % 2) ? g : Floats{});
            if (count == 2) part.put(to + channels + o, at == place + 1 ? g : Floats{});
          });
    }
    clear_floats(to, (pixels - covered) * channels);
  }
};
inline Source source_of(const Unpooled& dz) {
  return {dz.height,
          dz.width,
          dz.channels,
          nullptr,
          [](const void* maker, Index image, Index row, Index first, Index pixels, float* to) {
            static_cast<const Unpooled*>(maker)->make(image, row, first, pixels, to);
          },
          &dz};
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
