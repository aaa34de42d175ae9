#include "reid/report/tsne.h"

#include <algorithm>
#include <cmath>

#include "engine/error.h"
#include "engine/ops.h"
#include "engine/random.h"
#include "engine/stop.h"

namespace triptych {
namespace {

// p_.|i for one precision b = 1 / 2 s^2, and its entropy in nats. The smallest distance is subtracted, so
// that the exponentials do not all underflow.
double conditional(std::span<const Real> distance, std::size_t i, double b, std::span<double> p) {
  double nearest = 1e300, sum = 0, weighted = 0;
  for (std::size_t j = 0; j < p.size(); ++j)
    if (j != i) nearest = std::min(nearest, static_cast<double>(distance[j]));
  for (std::size_t j = 0; j < p.size(); ++j) {
    const double d = static_cast<double>(distance[j]) - nearest;
    p[j] = j == i ? 0 : std::exp(-b * d);
    sum += p[j], weighted += b * d * p[j];
  }
  for (double& value : p) value /= sum;
  return std::log(sum) + weighted / sum;
}

// P, symmetric, its sum 1. The precision of each row is found by halving: entropy falls as b grows.
std::vector<double> affinities(std::span<const Real> distances, std::size_t n, double perplexity) {
  std::vector<double> one_way(n * n), p(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = distances.subspan(i * n, n);
    const auto out = std::span(one_way).subspan(i * n, n);
    double low = 0, high = 0, b = 1;
    for (int halving = 0; halving < 60; ++halving) {
      const double surplus = conditional(row, i, b, out) - std::log(perplexity);
      if (std::abs(surplus) < 1e-6) break;
      (surplus > 0 ? low : high) = b;
      b = high == 0 ? 2 * b : (low + high) / 2;
    }
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      p[i * n + j] =
          std::max((one_way[i * n + j] + one_way[j * n + i]) / (2.0 * static_cast<double>(n)), 1e-12);
  return p;
}

// 4 (diag(M 1) - M) Y with M = (e P - Q) W, element by element; e exaggerates P.
std::vector<Real> gradient(const Device& device, std::span<const double> p, std::span<const Real> places,
                           std::size_t n, double exaggeration) {
  const auto count = static_cast<Index>(n);
  const Variable y = Tensor::from(device, {count, 2}, places);
  const std::vector<Real> d = pairwise_squared_distances(y, y).value.values();
  std::vector<double> w(n * n);
  double all = 0;
  for (std::size_t k = 0; k < n * n; ++k)
    w[k] = k / n == k % n ? 0 : 1 / (1 + static_cast<double>(d[k])), all += w[k];
  std::vector<Real> m(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::size_t k = i * n; k < (i + 1) * n; ++k) {
      const double force = 4 * (exaggeration * p[k] - w[k] / all) * w[k];
      m[k] = static_cast<Real>(-force), sum += force;
    }
    m[i * n + i] += static_cast<Real>(sum);
  }
  return matmul(Variable(Tensor::from(device, {count, count}, std::span<const Real>(m))), y).value.values();
}

void centre(std::vector<Real>& places) {
  for (std::size_t axis = 0; axis < 2; ++axis) {
    double mean = 0;
    for (std::size_t i = axis; i < places.size(); i += 2) mean += static_cast<double>(places[i]);
    mean /= static_cast<double>(places.size() / 2);
    for (std::size_t i = axis; i < places.size(); i += 2) places[i] -= static_cast<Real>(mean);
  }
}

}  // namespace

double most_perplexity(Index n) {
  return std::max(1.0, static_cast<double>(n - 1) / 3);
}

std::vector<double> tsne(const Device& device, std::span<const Real> distances, Index n,
                         const TsneOptions& options, const OnProgress& progress) {
  const auto count = static_cast<std::size_t>(n);
  require(n >= 2 && distances.size() == count * count, "{} distances do not make a square for {} points",
          distances.size(), n);
  const std::vector<double> p =
      affinities(distances, count, std::min(options.perplexity, most_perplexity(n)));
  Random random(options.seed);
  std::vector<Real> y(2 * count);
  for (Real& value : y) value = Real(1e-4 * random.normal());

  // The schedule of the paper: P exaggerated and little momentum at first; a step size for each coordinate,
  // which grows while its gradient keeps its sign.
  std::vector<double> velocity(2 * count), gain(2 * count, 1);
  const double rate = std::max(static_cast<double>(n) / 12 / 4, 50.0);
  const int early = options.iterations / 4;
  for (int iteration = 0; iteration < options.iterations; ++iteration) {
    stop_point();
    const std::vector<Real> g = gradient(device, p, y, count, iteration < early ? 12 : 1);
    const double momentum = iteration < early ? 0.5 : 0.8;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const bool onward = (static_cast<double>(g[i]) > 0) != (velocity[i] > 0);
      gain[i] = std::max(onward ? gain[i] + 0.2 : gain[i] * 0.8, 0.01);
      velocity[i] = momentum * velocity[i] - rate * gain[i] * static_cast<double>(g[i]);
      y[i] += static_cast<Real>(velocity[i]);
    }
    centre(y);
    if (progress) progress(iteration + 1, options.iterations);
  }
  return {y.begin(), y.end()};
}

}  // namespace triptych
