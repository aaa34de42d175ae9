#pragma once
#include "engine/image_split.h"
#include "engine/ops/detail.h"

// Batch norms on a device whose arrays hold the images of one rank alone (engine/image_split.h): the kernels
// compute with the rank's own rows, and what they then lack is put together here. Elsewhere nothing happens.
namespace triptych::detail {

// From mean and variance of the rank's own rows to those of all ranks' rows.
void share_statistics(const Tensor& x, BatchStatistics& statistics);

struct ChannelNorm {
  Real epsilon;
  const Tensor &x, &mean, &variance, &gamma;  // the statistics are those of all rows
};

// run(dx, dgamma, dbeta) is a kernel that takes the own rows for all rows: dx lacks the others' part of the
// two means in it, which is added here. own [2, channels]: dgamma and dbeta of the own rows.
void add_what_others_lack(const BackwardStep& step, const ChannelNorm& norm, const Tensor& own, Real* dx);

template <class Run>
void shared_norm_backward(const BackwardStep& step, const ChannelNorm& norm, Real* dx, const Run& run) {
  if (!image_split(step.device())) return run(dx, step.gradient(1), step.gradient(2));
  const Index channels = norm.gamma.elements();
  const Tensor own = Tensor::zeros(step.device(), Shape{2, channels});
  run(dx, own.real(), own.real() + channels);
  for (int i = 0; i < 2; ++i)
    if (Real* to = step.gradient(1 + i))
      step.kernels().add_scaled(step.context(), channels, 1, own.real() + i * channels, to);
  if (dx) add_what_others_lack(step, norm, own, dx);
}

}  // namespace triptych::detail
