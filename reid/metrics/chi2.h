#pragma once
#include <span>
#include <vector>

#include "reid/metrics/views.h"

namespace triptych {

// chi2(x, y) = sum_k (x_k - y_k)^2 / (x_k + y_k), 0 / 0 = 0: a distance between histograms in which a
// difference in a rare bin weighs more. x [count, size] -> [x.count, y.count]. A negative number is an Error.
// With a table in both views the distances are looked up.
std::vector<Real> chi2_distances(const FeatureView& x, const FeatureView& y, int threads);

// chi2 between all images of a data set, computed once: ten splits and a dozen methods need the same pairs.
class PairTable {
 public:
  PairTable(const FeatureView& images, int threads);
  Index count() const { return count_; }
  Real chi2(Index i, Index j) const { return chi2_[static_cast<std::size_t>(i * count_ + j)]; }
  // Of histograms side by side with those of `other`, of the same images: chi2 adds up over the bins.
  PairTable beside(const PairTable& other) const;

 private:
  Index count_;
  std::vector<Real> chi2_;  // [count, count]
};

}  // namespace triptych
