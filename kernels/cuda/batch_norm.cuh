#pragma once
// Shared by both batch norms: the statistics of a channel, and the last stage of the sums of the backward
// pass.
#include "kernels/cuda/launch.h"
#include "kernels/real.h"

namespace triptych::cuda {

struct ChannelNorm {
  const float *mean, *variance, *gamma;
  float epsilon;
  __device__ float deviation(int channel) const { return sqrtf(variance[channel] + epsilon); }
  __device__ float factor(int channel) const { return gamma[channel] / deviation(channel); }
};

// From sum dz and sum dz (x - mean) of a channel: dbeta += sum dz, dgamma += sum dz xhat, and the two values
// from which every dx of the channel is computed,
//   dx = gamma / deviation (dz - less - (x - mean) tilt), less = mean(dz), tilt = mean(dz xhat) / deviation.
struct NormGradients {
  ChannelNorm norm;
  double rows;
  float *dgamma, *dbeta, *less, *tilt;
  __device__ void operator()(int channel, const double (&totals)[2]) const {
    const double variance = static_cast<double>(norm.variance[channel]) + static_cast<double>(norm.epsilon);
    if (dbeta) dbeta[channel] = static_cast<float>(static_cast<double>(dbeta[channel]) + totals[0]);
    if (dgamma)
      dgamma[channel] = static_cast<float>(static_cast<double>(dgamma[channel]) + totals[1] / sqrt(variance));
    less[channel] = static_cast<float>(totals[0] / rows);
    tilt[channel] = static_cast<float>(totals[1] / (variance * rows));
  }
};

}  // namespace triptych::cuda
