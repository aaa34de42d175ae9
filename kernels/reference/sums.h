#pragma once
#include <algorithm>

#include "kernels/context.h"

namespace triptych::reference {

// An array of double accumulators, initially zero. A backward kernel is its forward kernel with reads and
// writes exchanged: it scatters many contributions over a gradient. They are summed here in double and
// rounded to Real once.
class Sums {
 public:
  Sums(Context& context, Index size)
      : scope_(context.scratch), size_(size), sums_(context.scratch.take<double>(size)) {
    clear();
  }

  double& operator[](Index i) { return sums_[i]; }
  double* data() { return sums_; }
  void clear() { std::fill_n(sums_, size_, 0.0); }

  // gradient += sums; does nothing for a null gradient.
  void add_to(Real* gradient) const {
    if (!gradient) return;
    for (Index i = 0; i < size_; ++i) gradient[i] = static_cast<Real>(gradient[i] + sums_[i]);
  }

 private:
  ScratchScope scope_;
  Index size_;
  double* sums_;
};

}  // namespace triptych::reference
