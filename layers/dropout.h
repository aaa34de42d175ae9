#pragma once
#include "engine/ops.h"
#include "engine/random.h"
#include "layers/mode.h"

namespace triptych {

// Sets each element to 0 with probability `rate` and scales the others by 1 / (1 - rate), so that the
// expected value stays (Srivastava et al. 2014). Inference passes x through.
//
// The layer holds no state: which elements fall is drawn from `random`, two words a call, so a run that was
// resumed at some step, with that step's generator, drops the same ones.
class Dropout {
 public:
  explicit Dropout(double rate);  // in [0, 1); anything else is an Error

  Variable operator()(const Variable& x, Mode mode, Random& random) const;
  double rate() const { return rate_; }

 private:
  double rate_;
};

}  // namespace triptych
