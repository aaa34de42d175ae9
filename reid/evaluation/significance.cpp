#include "reid/evaluation/significance.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "engine/error.h"
#include "engine/random.h"
#include "reid/evaluation/ranking.h"

namespace triptych {
namespace {

// One simulated pair: result[i] = found by ours - found by theirs, for each identity.
std::vector<double> equal_methods(std::size_t identities, Random random) {
  constexpr double found = 0.6;
  std::vector<double> difference(identities);
  for (double& d : difference) d = random.chance(found) - random.chance(found);
  return difference;
}

}  // namespace

PairedGain gain_over_splits(std::span<const double> differences, double test_to_train) {
  require(test_to_train > 0, "{} test identities for each training identity: both numbers must be positive",
          test_to_train);
  const MeanDeviation over = mean_deviation(differences);
  const double inverse = 1 / static_cast<double>(differences.size());
  return {over.mean, over.deviation * std::sqrt(inverse), over.deviation * std::sqrt(inverse + test_to_train),
          static_cast<int>(differences.size())};
}

double sign_flip_test(std::span<const double> differences, std::uint64_t seed, int flips) {
  // An identity without a difference changes no sum.
  std::vector<double> d;
  for (const double difference : differences)
    if (difference != 0) d.push_back(difference);
  const auto absolute = [](double sum, double x) { return sum + std::abs(x); };
  // Sums of the same numbers in another order differ in their last bits.
  const double tolerance = 1e-12 * std::accumulate(d.begin(), d.end(), 0.0, absolute);
  const double observed = std::abs(std::accumulate(d.begin(), d.end(), 0.0)) - tolerance;

  Random random(seed);
  int reached = 0;
  for (int flip = 0; flip < flips; ++flip) {
    double sum = 0;
    std::uint32_t signs = 0;
    for (std::size_t i = 0; i < d.size(); ++i, signs >>= 1) {
      if (i % 32 == 0) signs = random.word();
      sum += signs & 1 ? d[i] : -d[i];
    }
    reached += std::abs(sum) >= observed;
  }
  return (1.0 + reached) / (1.0 + flips);
}

FalseAlarms simulate_equal_methods(int pairs, std::uint64_t seed) {
  constexpr std::size_t identities = 450, splits = 10, test = identities / 2;
  FalseAlarms alarms{pairs};
  for (int pair = 0; pair < pairs; ++pair) {
    Random random = Random(seed).split(static_cast<std::uint64_t>(pair));
    const std::vector<double> difference = equal_methods(identities, random.split(0));
    std::vector<double> gains, total(identities, 0);
    std::vector<Index> order(identities);
    std::iota(order.begin(), order.end(), Index(0));
    for (std::size_t split = 0; split < splits; ++split) {
      random.shuffle(std::span(order));
      double sum = 0;
      for (std::size_t i = 0; i < test; ++i) {
        const auto identity = static_cast<std::size_t>(order[i]);
        sum += difference[identity];
        total[identity] += difference[identity];
      }
      gains.push_back(100 * sum / static_cast<double>(test));
    }
    const PairedGain gain = gain_over_splits(gains, 1);
    const double share = 1.0 / pairs;
    alarms.naive += share * (std::abs(gain.mean) > 2 * gain.naive_error);
    alarms.corrected += share * (std::abs(gain.mean) > 2 * gain.standard_error);
    alarms.sign_flip += share * (sign_flip_test(total, seed + static_cast<std::uint64_t>(pair), 199) <= 0.05);
  }
  return alarms;
}

}  // namespace triptych
