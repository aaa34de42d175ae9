#include <algorithm>
#include <cmath>

#include "engine/error.h"
#include "engine/random.h"
#include "engine/stop.h"
#include "reid/metrics/pairs.h"

namespace triptych {
namespace {

struct Constraint {
  Eigen::VectorXd v;  // x_i - x_j
  bool same;
  double bound;       // b: the distance to stay under (same) or above (different); moves with the slack
  double lambda = 0;  // the dual variable
};

// The p-th percentile of squared distances of at most 100 random pairs, and its mirror image: u and l.
std::pair<double, double> distance_bounds(const TrainingSample& sample, Random random) {
  std::vector<double> squared;
  for (int draw = 0; draw < 100; ++draw) {
    const Index i = random.integer(sample.count()), j = random.integer(sample.count());
    if (i != j) squared.push_back((sample.x.row(i) - sample.x.row(j)).squaredNorm());
  }
  std::ranges::sort(squared);
  const auto at = [&](double share) {
    return squared[static_cast<std::size_t>(share * static_cast<double>(squared.size() - 1) + 0.5)];
  };
  require(!squared.empty() && at(0.05) > 0, "itml: all training images are the same: their distances are 0");
  return {at(0.05), at(0.95)};
}

// All pairs of one person, and as many of two people, from different cameras.
std::vector<Constraint> draw_constraints(const TrainingSample& sample, Random random) {
  const auto [near, far] = distance_bounds(sample, random.split(1));
  std::vector<Constraint> constraints;
  const auto pairs = same_identity_pairs(sample);
  const auto difference = [&](Index i, Index j) -> Eigen::VectorXd {
    return sample.x.row(i) - sample.x.row(j);
  };
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const auto [i, j] = pairs[k];
    constraints.push_back({difference(i, j), true, near});
    for (int attempt = 0; attempt < 100; ++attempt) {
      const Index l = random.integer(sample.count());
      const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(l);
      if (sample.identity[a] == sample.identity[b] || sample.camera[a] == sample.camera[b]) continue;
      constraints.push_back({difference(i, l), false, far});
      break;
    }
  }
  std::erase_if(constraints, [](const Constraint& c) { return c.v.squaredNorm() == 0; });
  return constraints;
}

// The Bregman projection of A onto one constraint. Returns |change of lambda|.
double project(Eigen::MatrixXd& a, Constraint& c, double gamma) {
  const Eigen::VectorXd av = times(a, c.v);
  const double p = c.v.dot(av), sign = c.same ? 1 : -1;
  const double alpha = std::min(c.lambda, sign * gamma / (gamma + 1) * (1 / p - 1 / c.bound));
  const double beta = sign * alpha / (1 - sign * alpha * p);
  c.lambda -= alpha;
  c.bound = 1 / (1 / c.bound + sign * alpha / gamma);
  for (Eigen::Index k = 0; k < av.size(); ++k) a.col(k) += beta * av(k) * av;
  return std::abs(alpha);
}

}  // namespace

Projection learn_itml(const TrainingSample& sample, const MetricOptions& options) {
  constexpr double tolerance = 0.01;
  const double gamma = options.weight < 0 ? 1 : options.weight;
  const int rounds = options.steps > 0 ? options.steps : 100;
  std::vector<Constraint> constraints = draw_constraints(sample, Random(options.seed));
  Eigen::MatrixXd a = Eigen::MatrixXd::Identity(sample.size(), sample.size());
  for (int round = 0; round < rounds; ++round) {
    stop_point();
    double change = 0, total = 0;
    for (Constraint& c : constraints) change += project(a, c, gamma);
    for (const Constraint& c : constraints) total += c.lambda;
    if (change <= tolerance * total) break;
  }
  return root((a + a.transpose()) / 2);
}

}  // namespace triptych
