// 6.1 The rank, counted by hand
//
// One query, a gallery of images: distances[g] to image g, gallery[g] says who is on it, `identity` is who is
// searched for. A person may have several images in the gallery.
//
//   rank of a right image h = 1 + images that are nearer than h + OTHER people's images exactly as near as h
//   first_rank                = the rank of the best right image: CMC(r) counts the queries with first_rank <= r
//   average precision         = mean over the right images h of  (right images up to h, h included) / (rank of h)
//
// where "right images up to h" are those not further than h. A tie counts against the query: else a network
// that has collapsed, with all distances equal, would find everybody. No sorting is needed. 0 and 0 when
// nobody is right.
#include "exercises/exercises.h"

namespace triptych {

Found rank_one(std::span<const double> distances, const std::vector<int>& gallery, int identity) {
  Found found;
  // your code
  return found;
}

}  // namespace triptych
