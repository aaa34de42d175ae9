// Batch norm, activation and 2x2 max-pooling in one pass over the image, without arrays in between.
#include "kernels/context.h"
#include "kernels/cpu/activation.h"
#include "kernels/cpu/column_sums.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// Row i of the windows of image n, as a pair of rows of x. `item` is its index in the whole batch.
struct WindowRow {
  const PoolShape& s;
  Index item;
  Index row_size() const { return s.width * s.channels; }
  Index upper() const { return (item / s.out_height() * s.height + item % s.out_height() * 2) * row_size(); }
  Index pooled() const { return item * s.out_width() * s.channels; }
  // Element k = 2 * row + column of window j.
  Index element(Index j, Index k) const {
    return upper() + k / 2 * row_size() + (2 * j + k % 2) * s.channels;
  }
};

}  // namespace

void batch_norm_activation_pool_forward(Context& context, const PoolShape& s, Activation activation,
                                        float epsilon, const float* x, const float* mean,
                                        const float* variance, const float* gamma, const float* beta,
                                        float* y, std::uint8_t* winner) {
  for_items_here(context, s.batch * s.out_height(), 2 * s.width * s.channels, [&](Index item) {
    const WindowRow row = {s, item};
    sweep(0, s.channels, [&](Index ch, auto part) {
      const Floats centre = part.get(mean + ch), shift = part.get(beta + ch);
      const Floats factor = part.get(gamma + ch) / square_root(part.get(variance + ch) + epsilon);
      for (Index j = 0; j < s.out_width(); ++j) {
        Floats best = factor * (part.get(x + row.element(j, 0) + ch) - centre) + shift;
        Ints at = {};
        for (int k = 1; k < 4; ++k) {
          const Floats value = factor * (part.get(x + row.element(j, k) + ch) - centre) + shift;
          const Ints better = replaces(value, best);
          best = better ? value : best;
          at = better ? broadcast(k) : at;
        }
        const Index to = row.pooled() + j * s.channels + ch;
        part.put(y + to, activate(activation, best));
        part.put(winner + to, at);
      }
    });
  });
}

// With dz the gradient of the norm's output (dy activation'(y) at the winners, else 0):
//   dbeta += sum dz,  dgamma += sum dz xhat: over the pooled image alone, since dz is 0 elsewhere;
//   dx = gamma / deviation (dz - mean(dz) - xhat mean(dz xhat)): over the whole image.
void batch_norm_activation_pool_backward(Context& context, const PoolShape& s, Activation activation,
                                         float epsilon, const float* x, const float* mean,
                                         const float* variance, const float* gamma, const float* y,
                                         const std::uint8_t* winner, const float* dy, float* dx,
                                         float* dgamma, float* dbeta) {
  const Index items = s.batch * s.out_height(), width = s.out_width(), channels = s.channels;
  ScratchScope scope(context.scratch);
  double* totals = context.scratch.take<double>(2 * channels);
  column_sums<2>(context, items, 2 * s.width * channels, channels, totals,
                 [&](Index item, Index ch, auto part, Floats(&into)[2]) {
                   const WindowRow row = {s, item};
                   const Floats centre = part.get(mean + ch);
                   for (Index j = 0; j < width; ++j) {
                     const Index from = row.pooled() + j * channels + ch;
                     const Floats dz = part.get(dy + from) * slope(activation, part.get(y + from));
                     const Ints at = part.get(winner + from);
                     Floats won = part.get(x + row.element(j, 0) + ch);
                     for (int k = 1; k < 4; ++k) won = at == k ? part.get(x + row.element(j, k) + ch) : won;
                     into[0] = into[0] + dz;
                     into[1] = dz * (won - centre) + into[1];
                   }
                 });
  float *less = context.scratch.take<float>(channels), *tilt = context.scratch.take<float>(channels);
  const double pixels = static_cast<double>(s.batch * s.height * s.width);
  for (Index ch = 0; ch < channels; ++ch) {
    const double deviation2 = static_cast<double>(variance[ch]) + static_cast<double>(epsilon);
    const double sum_dz_xhat = totals[channels + ch] / __builtin_sqrt(deviation2);
    if (dbeta) dbeta[ch] = static_cast<float>(static_cast<double>(dbeta[ch]) + totals[ch]);
    if (dgamma) dgamma[ch] = static_cast<float>(static_cast<double>(dgamma[ch]) + sum_dz_xhat);
    less[ch] = static_cast<float>(totals[ch] / pixels);
    tilt[ch] = static_cast<float>(totals[channels + ch] /
                                  (deviation2 * pixels));  // xhat mean(dz xhat) = (x - mean) tilt
  }
  if (!dx) return;
  // An item is a pair of rows of an image; an odd last row is an item that no window covers.
  const Index pairs = divide_up(s.height, 2);
  for_items_here(context, s.batch * pairs, 2 * s.width * channels, [&](Index item) {
    const Index n = item / pairs, i = item % pairs, rows = minimum(2, s.height - 2 * i);
    const Index first = (n * s.height + 2 * i) * s.width * channels;
    const bool covered = i < s.out_height();
    const WindowRow row = {s, n * s.out_height() + i};
    sweep(0, channels, [&](Index ch, auto part) {
      const Floats centre = part.get(mean + ch), shift = part.get(less + ch), slant = part.get(tilt + ch);
      const Floats factor = part.get(gamma + ch) / square_root(part.get(variance + ch) + epsilon);
      auto put = [&](Index at, Floats dz) {
        part.put(dx + at, factor * (dz - shift - (part.get(x + at) - centre) * slant));
      };
      if (covered)
        for (Index j = 0; j < width; ++j) {
          const Index from = row.pooled() + j * channels + ch;
          const Floats dz = part.get(dy + from) * slope(activation, part.get(y + from));
          const Ints at = part.get(winner + from);
          for (int k = 0; k < 4; ++k) put(row.element(j, k) + ch, at == k ? dz : Floats{});
        }
      for (Index r = 0; r < rows; ++r)
        for (Index j = covered ? 2 * width : 0; j < s.width; ++j)
          put(first + (r * s.width + j) * channels + ch, Floats{});
    });
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
