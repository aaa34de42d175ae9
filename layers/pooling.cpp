#include "layers/pooling.h"

#include "engine/error.h"

namespace triptych {

StripPool::StripPool(Kind kind, Index strips) : kind_(kind), strips_(strips) {
  require(strips >= 1, "StripPool: needs at least one strip, not {}", strips);
}

Variable StripPool::operator()(const Variable& x, const Tensor& patches) const {
  return kind_ == Kind::max ? strip_max_pool(x, patches, strips_) : strip_mean_pool(x, patches, strips_);
}

Variable TemporalPool::operator()(const Variable& x) const {
  require(x.shape().axes() == 3, "TemporalPool: needs x [steps, batch, features], not one of shape {}",
          x.shape().text());
  switch (kind_) {
    case Kind::max:
      return max(x, 0);
    case Kind::mean:
      return mean(x, 0);
    case Kind::last:
      break;
  }
  const Shape& s = x.shape();
  return reshape(slice(x, 0, s[0] - 1, 1), {s[1], s[2]});
}

}  // namespace triptych
