// 5.2, solved. reid/loss/mining.cpp has the other ways of choosing beside it.
#include "exercises/exercises.h"

namespace triptych {

std::vector<Triplet> hard_triplets(std::span<const double> distances, const std::vector<int>& identities) {
  const int n = static_cast<int>(identities.size());
  std::vector<Triplet> triplets;
  for (int a = 0; a < n; ++a) {
    const auto d = [&](int other) { return distances[a * n + other]; };
    Triplet hardest{a, -1, -1};
    for (int other = 0; other < n; ++other) {
      if (other == a) continue;
      if (identities[other] == identities[a]) {
        if (hardest.positive < 0 || d(other) > d(hardest.positive)) hardest.positive = other;
      } else if (hardest.negative < 0 || d(other) < d(hardest.negative)) {
        hardest.negative = other;
      }
    }
    if (hardest.positive >= 0 && hardest.negative >= 0) triplets.push_back(hardest);
  }
  return triplets;
}

}  // namespace triptych
