// 7.3, solved. reid/evaluation/significance.cpp, which `triptych compare --simulate 4000` runs.
#include <cmath>
#include <numeric>

#include "engine/random.h"
#include "exercises/exercises.h"

namespace triptych {

Gain paired(std::span<const double> ours, std::span<const double> theirs, double test_to_train) {
  const double n = static_cast<double>(ours.size());
  double mean = 0, squares = 0;
  for (std::size_t k = 0; k < ours.size(); ++k) mean += (ours[k] - theirs[k]) / n;
  for (std::size_t k = 0; k < ours.size(); ++k) {
    const double off = ours[k] - theirs[k] - mean;
    squares += off * off;
  }
  return {mean, std::sqrt((1 / n + test_to_train) * squares / (n - 1))};
}

double false_alarms(int pairs, int splits, double test_to_train, Random random) {
  constexpr int identities = 100, tested = identities / 2;
  int alarms = 0;
  for (int pair = 0; pair < pairs; ++pair) {
    Random draw = random.split(pair);
    std::vector<int> ours(identities), theirs(identities), order(identities);
    for (int i = 0; i < identities; ++i) ours[i] = draw.chance(0.6), theirs[i] = draw.chance(0.6);
    std::iota(order.begin(), order.end(), 0);
    std::vector<double> rank1_ours, rank1_theirs;
    for (int split = 0; split < splits; ++split) {
      draw.shuffle(std::span(order));
      int found_ours = 0, found_theirs = 0;
      for (int i = 0; i < tested; ++i) found_ours += ours[order[i]], found_theirs += theirs[order[i]];
      rank1_ours.push_back(100.0 * found_ours / tested);
      rank1_theirs.push_back(100.0 * found_theirs / tested);
    }
    const Gain gain = paired(rank1_ours, rank1_theirs, test_to_train);
    alarms += std::abs(gain.mean) > 2 * gain.standard_error;
  }
  return static_cast<double>(alarms) / pairs;
}

}  // namespace triptych
