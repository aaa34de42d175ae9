// Pooling over windows. A register holds neighbouring channels of one pixel, and each lane finds its own
// winner.
#include "kernels/context.h"
#include "kernels/cpu/activation.h"
#include "kernels/cpu/batch.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The offset in x of the window of y[n, i, j], and of element k within a window.
Index window_of(const PoolShape& s, Index n, Index i, Index j) {
  return ((n * s.height + i * s.stride_height) * s.width + j * s.stride_width) * s.channels;
}
Index element_of(const PoolShape& s, Index k) {
  return (k / s.window_width * s.width + k % s.window_width) * s.channels;
}

// Calls body(n, i, j) for every window. A work item is a row of windows, or a whole image if windows of
// neighbouring rows overlap, because a backward pass must not add to the same pixel from two threads.
template <class Body>
void for_windows(Context& context, const PoolShape& s, bool rows_overlap, Body body) {
  const Index height = s.out_height(), width = s.out_width();
  const Index rows = rows_overlap ? height : 1, items = rows_overlap ? s.batch : s.batch * height;
  for_items_here(context, items, rows * width * s.channels * s.window_height * s.window_width,
                 [&](Index item) {
                   for (Index row = item * rows; row < (item + 1) * rows; ++row)
                     for (Index j = 0; j < width; ++j) body(row / height, row % height, j);
                 });
}

bool overlap(const PoolShape& s) {
  return s.stride_height < s.window_height;
}

}  // namespace

void max_pool_forward(Context& context, const PoolShape& s, const float* x, float* y, std::uint8_t* winner) {
  const Index size = s.window_height * s.window_width;
  for_windows(context, s, false, [&](Index n, Index i, Index j) {
    const float* from = x + window_of(s, n, i, j);
    const Index to = ((n * s.out_height() + i) * s.out_width() + j) * s.channels;
    sweep(0, s.channels, [&](Index ch, auto part) {
      Floats best = part.get(from + ch);
      Ints at = {};
      for (Index k = 1; k < size; ++k) {
        const Floats value = part.get(from + element_of(s, k) + ch);
        const Ints better = replaces(value, best);
        best = better ? value : best;
        at = better ? broadcast(static_cast<std::int32_t>(k)) : at;
      }
      part.put(y + to + ch, best);
      part.put(winner + to + ch, at);
    });
  });
}

void max_pool_backward(Context& context, const PoolShape& s, const std::uint8_t* winner, const float* dy,
                       float* dx) {
  if (!dx) return;
  const Index size = s.window_height * s.window_width;
  for_windows(context, s, overlap(s), [&](Index n, Index i, Index j) {
    float* to = dx + window_of(s, n, i, j);
    const Index from = ((n * s.out_height() + i) * s.out_width() + j) * s.channels;
    sweep(0, s.channels, [&](Index ch, auto part) {
      const Floats g = part.get(dy + from + ch);
      const Ints at = part.get(winner + from + ch);
      for (Index k = 0; k < size; ++k) {
        float* element = to + element_of(s, k) + ch;
        const Floats before = part.get(element);
        part.put(element, at == static_cast<std::int32_t>(k) ? before + g : before);
      }
    });
  });
}

void average_pool_forward(Context& context, const PoolShape& s, const float* x, float* y) {
  const Index size = s.window_height * s.window_width;
  for_windows(context, s, false, [&](Index n, Index i, Index j) {
    const float* from = x + window_of(s, n, i, j);
    const Index to = ((n * s.out_height() + i) * s.out_width() + j) * s.channels;
    sweep(0, s.channels, [&](Index ch, auto part) {
      Floats total = {};
      for (Index k = 0; k < size; ++k) total = total + part.get(from + element_of(s, k) + ch);
      part.put(y + to + ch, total / static_cast<float>(size));
    });
  });
}

void average_pool_backward(Context& context, const PoolShape& s, const float* dy, float* dx) {
  if (!dx) return;
  const Index size = s.window_height * s.window_width;
  for_windows(context, s, overlap(s), [&](Index n, Index i, Index j) {
    float* to = dx + window_of(s, n, i, j);
    const Index from = ((n * s.out_height() + i) * s.out_width() + j) * s.channels;
    sweep(0, s.channels, [&](Index ch, auto part) {
      const Floats share = part.get(dy + from + ch) / static_cast<float>(size);
      for (Index k = 0; k < size; ++k) {
        float* element = to + element_of(s, k) + ch;
        part.put(element, part.get(element) + share);
      }
    });
  });
}

// An item is a row of dz. All elements are assigned: first zeros, which an odd last row or column keeps.
void activation_pool_backward(Context& context, const ConvolutionShape& s, Activation activation,
                              const float* y, const std::uint8_t* winner, const float* dy, float* dz) {
  const Index height = s.out_height(), width = s.out_width(), channels = s.out_channels;
  for_items_here(context, s.batch * height, width * channels, [&](Index item) {
    const Index n = item / height, row = item % height;
    float* to = dz + item * width * channels;
    clear_floats(to + width / 2 * 2 * channels, width % 2 * channels);
    if (row / 2 == height / 2) return clear_floats(to, width * channels);
    const auto left = static_cast<std::int32_t>(2 * (row % 2));  // place of the left pixel in its window
    for (Index j = 0; j < width / 2; ++j, to += 2 * channels) {
      const Index from = ((n * (height / 2) + row / 2) * (width / 2) + j) * channels;
      sweep(0, channels, [&](Index o, auto part) {
        const Floats g = part.get(dy + from + o) * slope(activation, part.get(y + from + o));
        const Ints at = part.get(winner + from + o);
        part.put(to + o, at == left ? g : Floats{});
        part.put(to + channels + o, at == left + 1 ? g : Floats{});
      });
    }
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
