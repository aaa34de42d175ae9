// 7.3, solved. paired_gain in reid/table/table.cpp.
#include <cmath>

#include "exercises/exercises.h"

namespace triptych {

Gain paired(std::span<const double> ours, std::span<const double> theirs) {
  const double n = static_cast<double>(ours.size());
  double mean = 0, squares = 0;
  for (std::size_t k = 0; k < ours.size(); ++k) mean += (ours[k] - theirs[k]) / n;
  for (std::size_t k = 0; k < ours.size(); ++k) {
    const double off = ours[k] - theirs[k] - mean;
    squares += off * off;
  }
  return {mean, std::sqrt(squares / (n - 1) / n)};
}

}  // namespace triptych
