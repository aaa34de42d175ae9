#include "layers/dropout.h"

#include "engine/error.h"

namespace triptych {

Dropout::Dropout(double rate) : rate_(rate) {
  require(rate >= 0 && rate < 1, "Dropout: rate {} is not within 0 (keep all) and 1 (exclusive)", rate);
}

Variable Dropout::operator()(const Variable& x, Mode mode, Random& random) const {
  if (mode == Mode::infer || rate_ == 0) return x;
  const std::uint64_t high = random.word(), low = random.word();
  return dropout(x, static_cast<Real>(rate_), random.seed(), (high << 32) | low);
}

}  // namespace triptych
