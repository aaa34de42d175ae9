#pragma once
#include "kernels/shapes.h"

namespace triptych {

// Whether another triplet of the same anchor, (a, p2, n2), keeps (a, p, n) from being chosen. d is the
// anchor's row of distances. A triplet that none displaces is chosen: so each one is judged by itself, in any
// order.
[[gnu::always_inline]] inline constexpr bool displaces(TripletChoice choice, const float* d, Index p, Index n,
                                                       Index p2, Index n2) {
  const auto nearer = [&](Index i, Index j) { return d[i] < d[j] || (d[i] == d[j] && i < j); };
  const auto further = [&](Index i, Index j) { return d[i] > d[j] || (d[i] == d[j] && i < j); };
  if (choice == TripletChoice::hard) return further(p2, p) || nearer(n2, n);
  if (p2 != p) return false;
  const bool is_further = d[n] > d[p], other_is_further = d[n2] > d[p];
  if (is_further != other_is_further) return other_is_further;
  return is_further ? nearer(n2, n) : further(n2, n);
}

}  // namespace triptych
