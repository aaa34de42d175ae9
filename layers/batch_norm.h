#pragma once
#include <string>

#include "engine/ops.h"
#include "layers/mode.h"

namespace triptych {

struct BatchNormOptions {
  double momentum = 0.1;  // the share of each new batch in the running statistics
  double epsilon = 1e-5;
};

// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, for each channel, over all axes of x but the last
// (Ioffe & Szegedy 2015). Training normalises by the batch's own statistics and updates the running ones,
//   running = (1 - momentum) running + momentum batch, the variance as n / (n - 1) times the batch's,
// by which inference normalises: an image's embedding is then independent of the rest of its batch.
class BatchNorm {
 public:
  BatchNorm(const Device& device, Index channels, const BatchNormOptions& options = {});

  Variable operator()(const Variable& x, Mode mode);
  // Norm, activation (all but gelu) and 2x2 max-pooling in one pass: x [n, h, w, c] -> [n, h / 2, w / 2, c].
  Variable activation_pool(const Variable& x, Activation activation, Mode mode);
  void list(const std::string& prefix,
            ParameterList& out);  // "gamma", "beta", "running_mean", "running_variance"

  Parameter gamma, beta;                     // [channels], initially 1 and 0
  Parameter running_mean, running_variance;  // [channels], buffers, initially 0 and 1

 private:
  void check(const Variable& x, Mode mode) const;
  BatchStatistics running() const { return {running_mean.value, running_variance.value}; }
  void update(const BatchStatistics& batch, Index rows);

  BatchNormOptions options_;
};

}  // namespace triptych
