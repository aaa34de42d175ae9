// Step 9, solved.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/reference/reference.h"

namespace triptych::reference {

void triplet_forward(Context&, const TripletRule& rule, Index n, Index count, const std::int32_t* triplets,
                     const Real* d, Real* loss) {
  for (Index t = 0; t < count; ++t, triplets += 3) {
    const double near = d[triplets[0] * n + triplets[1]], gap = near - d[triplets[0] * n + triplets[2]];
    const double push = rule.soft_margin ? std::max(gap, 0.0) + std::log1p(std::exp(-std::abs(gap)))
                                         : std::max(gap + rule.margin, 0.0);
    loss[t] = Real(push + rule.beta * std::max(near - rule.ceiling, 0.0));
  }
}

void triplet_backward(Context&, const TripletRule& rule, Index n, Index count, const std::int32_t* triplets,
                      const Real* d, const Real* dloss, Real* dd) {
  std::vector<double> sums(std::size_t(n * n));
  for (Index t = 0; t < count; ++t, triplets += 3) {
    const Index near = triplets[0] * n + triplets[1], far = triplets[0] * n + triplets[2];
    const double gap = double(d[near]) - d[far];
    double push = gap + rule.margin > 0 ? 1 : 0;
    if (rule.soft_margin) {
      const double e = std::exp(-std::abs(gap));
      push = gap > 0 ? 1 / (1 + e) : e / (1 + e);
    }
    const double pull = d[near] > rule.ceiling ? double(rule.beta) : 0;
    sums[std::size_t(near)] += dloss[t] * (push + pull);
    sums[std::size_t(far)] -= dloss[t] * push;
  }
  for (std::size_t k = 0; dd && k < sums.size(); ++k) dd[k] = Real(dd[k] + sums[k]);
}

}  // namespace triptych::reference
