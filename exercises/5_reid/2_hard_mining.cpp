// 5.2 Hard mining
//
// A batch of n pictures holds about n^3 triplets, and most of them say nothing: the other person is far away already. Hard
// mining (Hermans et al. 2017) takes, for every picture as anchor, the *furthest* picture of the same person and the
// *nearest* of another one:
//
//   p(a) = argmax over p != a, people[p] = people[a] of d(a, p)        n(a) = argmin over people[n] != people[a] of d(a, n)
//
// distances is [n, n]. On a tie the first picture counts. An anchor without a second picture of its person, or without
// anybody else, gives no triplet. Return them in the order of the anchors.
#include "exercises/exercises.h"

namespace triptych {

std::vector<Triplet> hard_triplets(std::span<const double> distances, const std::vector<int>& people) {
  std::vector<Triplet> triplets;
  // your code
  return triplets;
}

}  // namespace triptych
