// 6.1, solved. reid/evaluation/ranking.cpp adds up many queries, and leaves out images by the query's own
// camera.
#include "exercises/exercises.h"

namespace triptych {

Found rank_one(std::span<const double> distances, const std::vector<int>& gallery, int identity) {
  Found found;
  int right = 0;
  double precision = 0;
  for (std::size_t h = 0; h < gallery.size(); ++h) {
    if (gallery[h] != identity) continue;
    int rank = 1, right_so_far = 0;
    for (std::size_t g = 0; g < gallery.size(); ++g) {
      const bool same = gallery[g] == identity;
      if (distances[g] < distances[h] || (distances[g] == distances[h] && !same)) ++rank;
      if (same && distances[g] <= distances[h]) ++right_so_far;
    }
    ++right;
    precision += static_cast<double>(right_so_far) / rank;
    if (found.first_rank == 0 || rank < found.first_rank) found.first_rank = rank;
  }
  if (right > 0) found.average_precision = precision / right;
  return found;
}

}  // namespace triptych
