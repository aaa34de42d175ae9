// 6.1 The rank, counted by hand
//
// One query, a gallery of pictures: distances[g] to picture g, gallery[g] says who is on it, `person` is who is searched for.
// A person may have several pictures in the gallery.
//
//   rank of a right picture h = 1 + pictures that are nearer than h + OTHER people's pictures exactly as near as h
//   first_rank                = the rank of the best right picture: CMC(r) counts the queries with first_rank <= r
//   average precision         = mean over the right pictures h of  (right pictures up to h, h included) / (rank of h)
//
// where "right pictures up to h" are those not further than h. A tie counts against the query: else a network that has
// collapsed, with all distances equal, would find everybody. No sorting is needed. 0 and 0 when nobody is right.
#include "exercises/exercises.h"

namespace triptych {

Found rank_one(std::span<const double> distances, const std::vector<int>& gallery, int person) {
  Found found;
  // your code
  return found;
}

}  // namespace triptych
