// 5.2 Hard mining
//
// A batch of n images holds about n^3 triplets, and most of them have no loss: the negative is far enough
// away already. Hard mining (Hermans et al. 2017) takes, for every image as anchor, the *furthest* image of
// the same identity and the *nearest* of another one:
//
//   p(a) = argmax over p != a, people[p] = people[a] of d(a, p)
//   n(a) = argmin over people[n] != people[a] of d(a, n)
//
// distances is [n, n]. On a tie the first image counts. An anchor without a second image of its person, or
// without anybody else, gives no triplet. Return them in the order of the anchors.
#include "exercises/exercises.h"

namespace triptych {

std::vector<Triplet> hard_triplets(std::span<const double> distances, const std::vector<int>& identities) {
  std::vector<Triplet> triplets;
  // your code
  return triplets;
}

}  // namespace triptych
