#pragma once
// One convolution, forward or the gradient by its input, by the algorithm that suits its shape.
#include "kernels/cpu/direct_convolution.h"
#include "kernels/cpu/winograd_convolution.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The convolution c of x with the filter w [patch, out_channels], band by band on all threads, an algorithm given.
//   outputs_of(band, own)      where the band's outputs go
//   row_done(band, own, row)   called when a row of them is there
// `unit` rows of a picture stay together; `own` is `own_size` floats of the thread that has the band.
template <class Algorithm, class OutputsOf, class RowDone>
void correlate_by(const Algorithm& algorithm, Context& context, const Correlation& c, Index unit, const float* x,
                  const float* w, Index own_size, OutputsOf outputs_of, RowDone row_done) {
  const Bands bands = bands_of(c, unit);
  if (bands.most_rows() == 0 || c.work() == 0) return;
  ScratchScope scope(context.scratch);
  float* panels = context.scratch.take<float>(algorithm.filter_size());
  algorithm.pack(w, panels);
  const Index memory_size = round_up(algorithm.memory(bands.most_rows()), 16);
  const OwnMemory memory(context, memory_size + own_size);
  const bool shared = context.threads > 1 && c.work() >= 32 * worth_sharing;
  share_out(context, shared, bands.count(), [&](Index i, Index thread) {
    const Band band = bands[i];
    float* own = memory.of(thread) + memory_size;
    const Upcoming next = i + 1 < bands.count() ? upcoming(c, bands[i + 1], x) : Upcoming{};
    algorithm.compute(band, next, x, panels, outputs_of(band, own), memory.of(thread),
                      [&](Index row) { row_done(band, own, row); });
  });
}

template <class OutputsOf, class RowDone>
void correlate(Context& context, const Correlation& c, Index unit, const float* x, const float* w,
               Index own_size, OutputsOf outputs_of, RowDone row_done) {
  if (Winograd<5>::fits(c))
    correlate_by(Winograd<5>(c), context, c, unit, x, w, own_size, outputs_of, row_done);
  else if (Winograd<3>::fits(c))
    correlate_by(Winograd<3>(c), context, c, unit, x, w, own_size, outputs_of, row_done);
  else
    correlate_by(Direct{c}, context, c, unit, x, w, own_size, outputs_of, row_done);
}

// The same into y [pictures, out_height, out_width, out_channels]: assigned, with a bias where there is one, or added.
inline void correlate_into(Context& context, const Correlation& c, const float* x, const float* w,
                           const float* bias, bool add, float* y) {
  const Index row = c.out_width * c.out_channels;
  correlate(
      context, c, 1, x, w, 0,
      [&](const Band& band, float*) {
        return Outputs{y + (band.picture * c.out_height + band.first) * row, row, c.out_channels, bias, add, true};
      },
      [](const Band&, float*, Index) {});
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
