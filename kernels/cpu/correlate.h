#pragma once
// One convolution (forward, or the gradient by its input) by the algorithm that suits its shape.
#include "kernels/cpu/batch.h"
#include "kernels/cpu/direct_convolution.h"
#include "kernels/cpu/winograd_convolution.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The convolution c of x with the filter w [patch, out_channels], band by band on all threads.
// out_of(band) returns the destination of a band's outputs: Outputs, or PooledOutputs if a band consists of
// whole windows of `unit` rows.
template <class Algorithm, class OutOf>
void correlate_by(const Algorithm& algorithm, Context& context, const Correlation& c, Index unit,
                  const float* x, const float* w, OutOf out_of) {
  const Bands bands = bands_of(c, unit);
  if (bands.most_rows() == 0 || c.work() == 0) return;
  ScratchScope scope(context.scratch);
  float* panels = context.scratch.take<float>(algorithm.filter_size());
  algorithm.pack(w, panels);
  const OwnMemory memory(context, algorithm.memory(bands.most_rows(), unit > 1));
  const bool shared = context.threads > 1 && c.work() >= 32 * worth_sharing;
  const Items here = items_here(context, bands.count());
  share_out(context, shared, here.count(), [&](Index item, Index thread) {
    const Index i = here.begin + item;
    const Upcoming next = i + 1 < here.end ? upcoming(c, bands[i + 1], x) : Upcoming{};
    algorithm.compute(bands[i], next, x, panels, out_of(bands[i]), memory.of(thread));
  });
}

template <class OutOf>
void correlate(Context& context, const Correlation& c, Index unit, const float* x, const float* w,
               OutOf out_of) {
  if (Winograd<5>::fits(c))
    correlate_by(Winograd<5>(c), context, c, unit, x, w, out_of);
  else if (Winograd<3>::fits(c))
    correlate_by(Winograd<3>(c), context, c, unit, x, w, out_of);
  else
    correlate_by(Direct{c}, context, c, unit, x, w, out_of);
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
