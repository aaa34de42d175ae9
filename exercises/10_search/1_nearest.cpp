// 10.1 Exact results from rough distances
//
// A search computes the distances of all rows in single precision, which is fast; each may be wrong by
// `error`, up or down. The exact distance of one row, exact(row), is slow. Write `nearest_exact`: the `top`
// rows with the smallest exact distances, nearest first, and among equal distances the earlier row first.
// Fewer rows than `top`: all of them.
//
// Visit the rows in their order, and keep the nearest so far with their exact distances. Call exact(row)
// only where it can matter: as long as there are fewer than `top`, or where the row may be nearer than the
// worst of them, whatever the error of its rough distance is. The test counts the calls.
//
// What is below believes the rough distances, and so the order of rows that are nearly equally far.
#include <algorithm>
#include <numeric>

#include "exercises/exercises.h"

namespace triptych {

std::vector<Index> nearest_exact(std::span<const double> rough, double error, std::size_t top,
                                 const std::function<double(Index)>& exact) {
  std::vector<Index> rows(rough.size());
  std::iota(rows.begin(), rows.end(), Index(0));
  std::ranges::stable_sort(rows, {}, [&](Index row) { return rough[static_cast<std::size_t>(row)]; });
  rows.resize(std::min(top, rows.size()));
  return rows;
}

}  // namespace triptych
