// Pooling of the patch grid over horizontal strips: maximum over the patches of a mask, or weighted mean.
#include "kernels/context.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// Calls body(n, strip, first patch, end) for every strip of every image.
template <class Body>
void for_strips(Context& context, const StripShape& s, Body body) {
  const Index work = (s.rows / maximum(s.strips, 1) + 1) * s.columns * s.channels;
  parallel_for(context, s.batch * s.strips, work, [&](Index item) {
    const Index n = item / s.strips, strip = item % s.strips;
    body(n, strip, s.first_row(strip) * s.columns, s.end_row(strip) * s.columns);
  });
}

float total_weight(const float* weight, Index first, Index end) {
  float total = 0;
  for (Index p = first; p < end; ++p) total += weight[p];
  return total;
}

}  // namespace

void strip_max_forward(Context& context, const StripShape& s, const float* x, const std::uint8_t* mask,
                       float* y, std::int32_t* winner) {
  for_strips(context, s, [&](Index n, Index strip, Index first, Index end) {
    const float* image = x + n * s.patches() * s.channels;
    const std::uint8_t* chosen = mask + n * s.patches();
    const Index to = (n * s.strips + strip) * s.channels;
    sweep(0, s.channels, [&](Index ch, auto part) {
      Floats best = {};
      Ints at = broadcast(-1);
      for (Index p = first; p < end; ++p) {
        if (!chosen[p]) continue;
        const Floats value = part.get(image + p * s.channels + ch);
        const Ints better = replaces(value, best) | (at < 0);
        best = better ? value : best;
        at = better ? broadcast(static_cast<std::int32_t>(p)) : at;
      }
      part.put(y + to + ch, best);
      part.put(winner + to + ch, at);
    });
  });
}

// Strips may share a row, so a work item is an image.
void strip_max_backward(Context& context, const StripShape& s, const std::int32_t* winner, const float* dy,
                        float* dx) {
  if (!dx) return;
  parallel_for(context, s.batch, s.strips * s.channels, [&](Index n) {
    for (Index strip = 0; strip < s.strips; ++strip)
      for (Index ch = 0; ch < s.channels; ++ch) {
        const Index at = (n * s.strips + strip) * s.channels + ch;
        if (winner[at] >= 0) dx[(n * s.patches() + winner[at]) * s.channels + ch] += dy[at];
      }
  });
}

void strip_mean_forward(Context& context, const StripShape& s, const float* x, const float* weight,
                        float* y) {
  for_strips(context, s, [&](Index n, Index strip, Index first, Index end) {
    const float *image = x + n * s.patches() * s.channels, *w = weight + n * s.patches();
    const float total = total_weight(w, first, end);
    sweep(0, s.channels, [&](Index ch, auto part) {
      Floats mean = {};
      for (Index p = first; p < end; ++p) mean = w[p] * part.get(image + p * s.channels + ch) + mean;
      part.put(y + (n * s.strips + strip) * s.channels + ch, total == 0 ? Floats{} : mean / total);
    });
  });
}

void strip_mean_backward(Context& context, const StripShape& s, const float* weight, const float* dy,
                         float* dx) {
  if (!dx) return;
  parallel_for(context, s.batch, (s.patches() + s.strips) * s.channels, [&](Index n) {
    float* image = dx + n * s.patches() * s.channels;
    const float* w = weight + n * s.patches();
    for (Index strip = 0; strip < s.strips; ++strip) {
      const Index first = s.first_row(strip) * s.columns, end = s.end_row(strip) * s.columns;
      const float total = total_weight(w, first, end);
      if (total == 0) continue;
      const float* g = dy + (n * s.strips + strip) * s.channels;
      for (Index p = first; p < end; ++p)
        sweep(0, s.channels, [&](Index ch, auto part) {
          float* to = image + p * s.channels + ch;
          part.put(to, w[p] / total * part.get(g + ch) + part.get(to));
        });
    }
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
