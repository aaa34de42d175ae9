// The gradient of a convolution by its weights.
#include "kernels/context.h"
#include "kernels/cpu/batch.h"
#include "kernels/cpu/convolution_sums.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// sums[column] += the sum of the rows of x, as four interleaved sums that hide the latency of the addition.
void add_rows(Index rows, Index columns, const float* x, float* sums) {
  sweep(0, columns, [&](Index j, auto part) {
    Floats four[4] = {};
    Index row = 0;
    for (; row + 4 <= rows; row += 4)
      for (Index i = 0; i < 4; ++i) four[i] = four[i] + part.get(x + (row + i) * columns + j);
    for (; row < rows; ++row) four[0] = four[0] + part.get(x + row * columns + j);
    part.put(sums + j, part.get(sums + j) + ((four[0] + four[1]) + (four[2] + four[3])));
  });
}

// The rows of a band, [rows, out_width, stored]: in place if possible, else in own memory with the channels
// padded to whole registers.
const float* gradient_rows(const Correlation& c, const Band& band, Index stored, const float* dy,
                           float* own) {
  const float* from = dy + (band.image * c.out_height + band.first) * c.out_width * c.out_channels;
  if (stored == c.out_channels) return from;
  float* to = own;
  for (Index j = 0; j < band.rows * c.out_width; ++j, from += c.out_channels, to += stored) {
    copy_floats(to, from, c.out_channels);
    clear_floats(to + c.out_channels, stored - c.out_channels);
  }
  return own;
}

template <class Sum>
void sum_over_pixels(const Sum& sum, Context& context, const Correlation& c, const float* x, const float* dy,
                     float* dw, float* dbias) {
  const Bands bands = bands_of(c, 1);
  const Index stored = c.stored(), partial_size = (c.patch() + 1) * stored;
  const Cut chunks = {bands.count(), chunks_of(bands.count(), partial_size)};
  const Index memory_size = round_up(sum.memory(bands.most_rows()), 16);
  const Index dy_size = bands.most_rows() * c.out_width * stored;
  ScratchScope scope(context.scratch);
  const Chunks here(context, chunks);
  float* partials = context.scratch.take<float>(chunks.parts * partial_size);
  const OwnMemory memory(context, memory_size + dy_size);
  const bool shared = context.threads > 1 && c.work() >= 32 * worth_sharing;
  share_out(context, shared, here.count(), [&](Index item, Index thread) {
    const Index chunk = here.begin + item;
    float *own = memory.of(thread), *partial = partials + chunk * partial_size;
    clear_floats(partial, partial_size);
    if (dw) sum.begin(own);
    for (Index i = chunks.begin(chunk); i < chunks.begin(chunk + 1); ++i) {
      const Band band = bands[i];
      const Index pixels = band.rows * c.out_width;
      const float* g = gradient_rows(c, band, stored, dy, own + memory_size);
      if (dw) sum.add(band, x, g, own, partial);
      if (dbias) add_rows(pixels, stored, g, partial + c.patch() * stored);
    }
    if (dw) sum.finish(own, partial);
  });
  const Index left = here.add_up(partials, partial_size);
  parallel_for(context, c.patch() + 1, left * stored, [&](Index k) {
    float* to = k < c.patch() ? (dw ? dw + k * c.out_channels : nullptr) : dbias;
    if (!to) return;
    sweep(0, c.out_channels, [&](Index o, auto part) {
      Floats total = part.get(partials + k * stored + o);
      for (Index chunk = 1; chunk < left; ++chunk)
        total = total + part.get(partials + chunk * partial_size + k * stored + o);
      part.put(to + o, part.get(to + o) + total);
    });
  });
}

}  // namespace

void convolution_backward_weights(Context& context, const ConvolutionShape& s, const float* x,
                                  const float* dy, float* dw, float* dbias) {
  const Correlation c = forward_correlation(s);
  if (c.work() == 0) return;
  if (WinogradSum<5>::fits(c))
    sum_over_pixels(WinogradSum<5>(c), context, c, x, dy, dw, dbias);
  else if (WinogradSum<3>::fits(c))
    sum_over_pixels(WinogradSum<3>(c), context, c, x, dy, dw, dbias);
  else
    sum_over_pixels(DirectSum{c}, context, c, x, dy, dw, dbias);
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
