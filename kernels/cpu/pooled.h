#pragma once
// Activation and 2x2 max-pooling fused with a convolution: outputs are pooled as soon as they are computed,
// from the cache. The full-resolution image, four times the size of the pooled one, is never stored.
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

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
