#include <algorithm>
#include <cmath>

#include "engine/error.h"
#include "engine/ops.h"
#include "engine/optimizer.h"
#include "engine/stop.h"
#include "reid/metrics/pairs.h"

namespace triptych {
namespace {

constexpr int rounds_between_searches = 20;  // in between, impostors are searched for near the margin only

std::vector<Real> row_major(const Eigen::MatrixXd& m) {
  std::vector<Real> values(static_cast<std::size_t>(m.size()));
  Eigen::Map<Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(values.data(), m.rows(),
                                                                                   m.cols()) = m.cast<Real>();
  return values;
}

// Triplets (i, target, l), sorted by i, with d(i, l) < d(i, target) + reach; l of another person.
Tensor near_impostors(const TrainingSample& sample, const std::vector<std::pair<Index, Index>>& targets,
                      const Tensor& d, Real reach) {
  const std::vector<Real> distance = d.values();
  const Index n = sample.count();
  std::vector<std::int32_t> triplets;
  for (const auto& [i, j] : targets)
    for (Index l = 0; l < n; ++l)
      if (sample.identity[static_cast<std::size_t>(l)] != sample.identity[static_cast<std::size_t>(i)] &&
          distance[static_cast<std::size_t>(i * n + l)] <
              distance[static_cast<std::size_t>(i * n + j)] + reach)
        triplets.insert(triplets.end(), {static_cast<std::int32_t>(i), static_cast<std::int32_t>(j),
                                         static_cast<std::int32_t>(l)});
  if (triplets.empty()) return {};
  return Tensor::from(d.device(), {static_cast<Index>(triplets.size() / 3), 3}, triplets);
}

// One target neighbour each: the nearest image of one's own person from another camera.
std::vector<std::pair<Index, Index>> target_neighbours(const TrainingSample& sample) {
  std::vector<Index> target(static_cast<std::size_t>(sample.count()), -1);
  const auto offer = [&](Index i, Index j) {
    Index& now = target[static_cast<std::size_t>(i)];
    const auto distance = [&](Index k) { return (sample.x.row(i) - sample.x.row(k)).squaredNorm(); };
    if (now < 0 || distance(j) < distance(now)) now = j;
  };
  for (const auto& [i, j] : same_identity_pairs(sample)) offer(i, j), offer(j, i);
  std::vector<std::pair<Index, Index>> targets;
  for (Index i = 0; i < sample.count(); ++i)
    if (target[static_cast<std::size_t>(i)] >= 0)
      targets.emplace_back(i, target[static_cast<std::size_t>(i)]);
  return targets;
}

}  // namespace

Projection learn_lmnn(const Device& device, const TrainingSample& sample, const MetricOptions& options) {
  const Real mu = static_cast<Real>(options.weight < 0 ? 0.5 : options.weight);
  const int steps = options.steps > 0 ? options.steps : 300;
  const auto targets = target_neighbours(sample);
  const Real count = static_cast<Real>(targets.size());

  // The margin of 1 presupposes the scale of the distances: the mean squared distance to a target is scaled
  // to 1.
  double pull = 0;
  for (const auto& [i, j] : targets) pull += (sample.x.row(i) - sample.x.row(j)).squaredNorm();
  require(pull > 0, "lmnn: all training images of a person are the same; there is nothing to learn");
  const double factor = std::sqrt(static_cast<double>(targets.size()) / pull);
  const Index n = sample.count(), size = sample.size();
  const Index kept = options.dimensions > 0 ? std::min(options.dimensions, size) : size;
  const Tensor x = Tensor::from(device, {n, size}, row_major(sample.x * factor));
  // Coordinates are principal ones, so the first `kept` columns of I are the PCA start.
  Parameter l(Tensor::from(device, {size, kept}, row_major(Eigen::MatrixXd::Identity(size, kept))));

  // d(i, target) for all i, by a mask of ones.
  std::vector<Real> mask(static_cast<std::size_t>(n * n), 0);
  for (const auto& [i, j] : targets) mask[static_cast<std::size_t>(i * n + j)] = 1;
  const Tensor is_target = Tensor::from(device, {n, n}, mask);

  const ParameterList parameters = {{"l", &l}};
  Optimizer optimizer(parameters, {.kind = Optimizer::Kind::adam, .decay = 0});
  const Schedule schedule{Schedule::Kind::cosine, 0.05, 0, steps};
  Tensor triplets;
  for (int step = 0; step < steps; ++step) {
    stop_point();
    Tape tape;
    const Variable z = matmul(x, tape.parameter(l));
    const Variable d = pairwise_squared_distances(z, z);
    if (step % rounds_between_searches == 0) triplets = near_impostors(sample, targets, d.value, 2);
    Variable loss = scale(sum(multiply(d, is_target)), (1 - mu) / count);
    if (triplets) {
      const TripletRule hinge{.margin = 1, .ceiling = 0, .beta = 0};
      loss = add(loss, scale(sum(triplet_loss(d, triplets, hinge)), mu / count));
    }
    clear_gradients(parameters);
    tape.backward(loss);
    optimizer.step(schedule.at(step));
  }
  const std::vector<Real> learned = l.value.values();
  return {Eigen::Map<const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
              learned.data(), size, kept)
              .cast<double>(),
          0};
}

}  // namespace triptych
