// 6.1 The rank, counted by hand
//
// One query, a gallery of images: distances[g] to image g, gallery[g] is the identity on it, `identity` the
// one that is searched for. An identity may have several images in the gallery.
//
//   place of a right image h  = 1, 2, 3, ... by distance among the right images; equal ones in any order
//   rank of a right image h   = place of h + images of OTHER identities that are nearer or exactly as near
//   first_rank                = rank of the best right image: CMC(r) counts the queries with first_rank <= r
//   average precision         = mean over the right images h of (place of h) / (rank of h)
//
// A tie with another identity counts against the query: else a network that has collapsed, with all distances
// equal, would find every identity. A tie between two right images counts for neither twice: they have two
// places. 0 and 0 without a right image.
#include "exercises/exercises.h"

namespace triptych {

Found rank_one(std::span<const double> distances, const std::vector<int>& gallery, int identity) {
  Found found;
  // your code
  return found;
}

}  // namespace triptych
