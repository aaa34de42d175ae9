#pragma once
#include "engine/ops.h"
#include "engine/random.h"
#include "layers/mode.h"

namespace triptych {

// Sets each element to 0 with probability `rate` and scales the others by 1 / (1 - rate), which preserves the
// expected value (Srivastava et al. 2014). Inference returns x.
//
// The layer has no state: the dropped elements are drawn from `random`, two words per call, so a run resumed
// at some step, with that step's generator, drops the same ones.
class Dropout {
 public:
  explicit Dropout(double rate);  // in [0, 1), else an Error

  Variable operator()(const Variable& x, Mode mode, Random& random) const;
  double rate() const { return rate_; }

 private:
  double rate_;
};

}  // namespace triptych
