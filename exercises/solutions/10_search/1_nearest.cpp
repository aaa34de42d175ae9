// 10.1, solved. The project does the same in reid/search/nearest.cpp, where `error` is the rounding error of
// a matrix product in single precision.
#include <algorithm>

#include "exercises/exercises.h"

namespace triptych {

std::vector<Index> nearest_exact(std::span<const double> rough, double error, std::size_t top,
                                 const std::function<double(Index)>& exact) {
  struct Near {
    double distance;
    Index row;
  };
  std::vector<Near> nearest;  // by distance, then by row
  for (std::size_t i = 0; i < rough.size(); ++i) {
    if (nearest.size() == top && rough[i] - error > nearest.back().distance) continue;
    const Index row = static_cast<Index>(i);
    const double distance = exact(row);
    const auto at = std::ranges::upper_bound(nearest, distance, {}, &Near::distance);
    nearest.insert(at, {distance, row});
    if (nearest.size() > top) nearest.pop_back();
  }
  std::vector<Index> rows;
  for (const Near& near : nearest) rows.push_back(near.row);
  return rows;
}

}  // namespace triptych
