// 6.1, solved. reid/evaluation/ranking.cpp adds up many queries, and leaves out images by the query's own
// camera.
#include <algorithm>

#include "exercises/exercises.h"

namespace triptych {

Found rank_one(std::span<const double> distances, const std::vector<int>& gallery, int identity) {
  std::vector<double> right;
  for (std::size_t g = 0; g < gallery.size(); ++g)
    if (gallery[g] == identity) right.push_back(distances[g]);
  std::sort(right.begin(), right.end());

  Found found;
  for (std::size_t h = 0; h < right.size(); ++h) {
    const int place = static_cast<int>(h) + 1;
    int rank = place;
    for (std::size_t g = 0; g < gallery.size(); ++g)
      if (gallery[g] != identity && distances[g] <= right[h]) ++rank;
    found.average_precision += static_cast<double>(place) / rank / static_cast<double>(right.size());
    if (h == 0) found.first_rank = rank;
  }
  return found;
}

}  // namespace triptych
