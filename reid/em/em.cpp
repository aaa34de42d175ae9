#include "reid/em/em.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "engine/error.h"
#include "engine/ops.h"
#include "engine/stop.h"
#include "kernels/kernels.h"

namespace triptych {
namespace {

// Patches of `count` images as a tensor [count, grid rows, grid columns, D].
Tensor as_tensor(const Device& device, const PatchBag& bag, Index count, const std::vector<Real>& patches) {
  return Tensor::from(device, {count, bag.grid().rows, bag.grid().columns, bag.patch_size()},
                      std::span<const Real>(patches));
}

// The candidates for images of `camera`: for each identity its first image from another camera, or all of
// them.
struct Candidates {
  std::vector<Index> rows;                 // of the bag
  std::vector<Index> column;               // of each row: which identity it shows, by position
  std::map<std::int32_t, Index> position;  // identity -> 0, 1, ... in order of appearance
};
Candidates candidates_for(std::int32_t camera, const Who& who, ECandidates which) {
  Candidates result;
  for (Index i = 0; i < who.count(); ++i) {
    const auto identity = who.identity[static_cast<std::size_t>(i)];
    if (who.camera[static_cast<std::size_t>(i)] == camera) continue;
    const auto [place, first] =
        result.position.try_emplace(identity, static_cast<Index>(result.position.size()));
    if (!first && which == ECandidates::first) continue;
    result.rows.push_back(i);
    result.column.push_back(place->second);
  }
  return result;
}

std::vector<Candidates> all_candidates(const Who& who, ECandidates which) {
  std::vector<Candidates> of_camera;
  for (std::int32_t camera = 0; camera <= std::ranges::max(who.camera); ++camera)
    of_camera.push_back(candidates_for(camera, who, which));
  return of_camera;
}

// match [queries, rows, columns, images] -> [queries, rows, columns, identities]: the best of an identity's
// images.
Variable best_of_identity(const Variable& match, const Candidates& candidates) {
  if (candidates.position.size() == candidates.rows.size()) return match;
  const std::size_t images = candidates.rows.size(), identities = candidates.position.size();
  const std::vector<Real> all = match.value.values();
  std::vector<Real> best(all.size() / images * identities, Real(-2));  // below every cosine
  for (std::size_t i = 0; i < all.size(); ++i) {
    Real& value = best[i / images * identities + static_cast<std::size_t>(candidates.column[i % images])];
    value = std::max(value, all[i]);
  }
  const Shape& s = match.shape();
  return Variable(Tensor::from(match.device(), {s[0], s[1], s[2], static_cast<Index>(identities)},
                               std::span<const Real>(best)));
}

// The patches of everybody who is a candidate for some camera. With ECandidates::first a person's candidates
// are at most two images, their first one and the first one of another camera than that, so these stay in
// memory.
class KeptPatches {
 public:
  KeptPatches(const PatchBag& bag, const std::vector<Candidates>& of_camera)
      : width_(bag.grid().patches() * bag.patch_size()) {
    for (const Candidates& candidates : of_camera)
      rows_.insert(rows_.end(), candidates.rows.begin(), candidates.rows.end());
    std::ranges::sort(rows_);
    rows_.erase(std::unique(rows_.begin(), rows_.end()), rows_.end());
    patches_ = bag.patches(rows_);
  }
  // [rows.size(), patches, D]
  std::vector<Real> of(std::span<const Index> rows) const {
    std::vector<Real> values;
    values.reserve(rows.size() * static_cast<std::size_t>(width_));
    for (const Index row : rows) {
      const auto first = patches_.begin() + (std::ranges::lower_bound(rows_, row) - rows_.begin()) * width_;
      values.insert(values.end(), first, first + width_);
    }
    return values;
  }

 private:
  Index width_;
  std::vector<Index> rows_;  // ascending
  std::vector<Real> patches_;
};

}  // namespace

PatchLabels PatchLabels::everything(Index images, const PatchGrid& grid) {
  const auto n = static_cast<std::size_t>(images * grid.patches());
  return {grid, std::vector<std::uint8_t>(n, 1), std::vector<Real>(n, 1)};
}

double PatchLabels::share_kept() const {
  return v.empty() ? 0
                   : static_cast<double>(std::accumulate(v.begin(), v.end(), Index(0))) /
                         static_cast<double>(v.size());
}

std::vector<Real> similarity_map(const Device& device, const PatchBag& bag, const Who& who,
                                 double temperature, Index reach, const OnProgress& progress,
                                 ECandidates which) {
  constexpr Index most_numbers = Index(1) << 24;  // elements of the similarity tensor of one chunk: 64 MiB
  const Index patches = bag.grid().patches();
  std::vector<Real> s(static_cast<std::size_t>(bag.count() * patches), 0);
  const std::vector<Candidates> of_camera = all_candidates(who, which);
  const KeptPatches kept(bag, of_camera);
  Index done = 0;
  for (std::int32_t camera = 0; camera < static_cast<std::int32_t>(of_camera.size()); ++camera) {
    const Candidates& candidates = of_camera[static_cast<std::size_t>(camera)];
    std::vector<Index> queries;
    for (Index i = 0; i < who.count(); ++i)
      if (who.camera[static_cast<std::size_t>(i)] == camera) queries.push_back(i);
    if (queries.empty()) continue;
    require(!candidates.rows.empty(),
            "no identity of camera {} is seen by another camera; the E step needs two views of each identity",
            camera);
    const auto count = static_cast<Index>(candidates.rows.size());
    const Tensor there = as_tensor(device, bag, count, kept.of(candidates.rows));
    const auto chunk = static_cast<std::size_t>(std::max<Index>(1, most_numbers / (patches * count)));
    for (std::size_t first = 0; first < queries.size(); first += chunk) {
      stop_point();
      const auto part =
          std::span<const Index>(queries).subspan(first, std::min(chunk, queries.size() - first));
      // |x - y|^2 = 2 - 2 x.y for unit vectors; the constant cancels in the softmax.
      const Tensor here = as_tensor(device, bag, static_cast<Index>(part.size()), bag.patches(part));
      const Variable match = best_of_identity(patch_match(here, there, reach), candidates);
      const Index identities = match.shape().last();
      const std::vector<Real> p = softmax(scale(match, Real(2 / temperature))).value.values();
      for (std::size_t q = 0; q < part.size(); ++q) {
        const auto own = candidates.position.find(who.identity[static_cast<std::size_t>(part[q])]);
        if (own == candidates.position.end())
          continue;  // seen by one camera only: there is no positive, s stays 0
        for (Index j = 0; j < patches; ++j)
          s[static_cast<std::size_t>(part[q] * patches + j)] =
              p[static_cast<std::size_t>((static_cast<Index>(q) * patches + j) * identities + own->second)];
      }
      if (progress) progress(done += static_cast<Index>(part.size()), bag.count());
    }
  }
  return s;
}

std::vector<Real> batch_similarity_map(const Tensor& patches, double temperature, Index reach, Index views) {
  const Shape& s = patches.shape();
  require(s.axes() == 4 && views >= 2 && s[0] % views == 0,
          "a batch of {} views has patches of a multiple of {} images, not {}", views, views, s.text());
  const Index identities = s[0] / views, cells = s[1] * s[2];
  const Variable unit = l2_normalise(Variable(patches));
  std::vector<Real> map;
  for (Index k = 0; k < views; ++k) {
    const Variable from = slice(unit, 0, k * identities, identities),
                   to = slice(unit, 0, (k + 1) % views * identities, identities);
    const std::vector<Real> p =
        softmax(scale(patch_match(from, to, reach), Real(2 / temperature))).value.values();
    for (Index i = 0; i < identities; ++i)
      for (Index j = 0; j < cells; ++j)
        map.push_back(p[static_cast<std::size_t>((i * cells + j) * identities + i)]);
  }
  return map;
}

double percentile(std::span<const Real> values, double p) {
  require(!values.empty(), "percentile of an empty list");
  std::vector<Real> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double position = p / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(static_cast<double>(sorted[below]), static_cast<double>(sorted[above]),
                   position - static_cast<double>(below));
}

std::vector<std::uint8_t> threshold_map(const Device& device, std::span<const Real> map,
                                        std::span<const std::int32_t> camera, Index patches,
                                        double image_percentile, double camera_percentile) {
  const auto images = camera.size();
  require(map.size() == images * static_cast<std::size_t>(patches),
          "a map of {} values does not fit {} images of {} patches", map.size(), images, patches);
  std::map<std::int32_t, std::vector<Real>> of_camera;
  const auto row = [&](std::size_t i) {
    return map.subspan(i * static_cast<std::size_t>(patches), static_cast<std::size_t>(patches));
  };
  for (std::size_t i = 0; i < images; ++i) {
    const auto values = row(i);
    of_camera[camera[i]].insert(of_camera[camera[i]].end(), values.begin(), values.end());
  }
  std::map<std::int32_t, double> r;
  for (const auto& [number, values] : of_camera) r[number] = percentile(values, camera_percentile);
  std::vector<Real> threshold(images);
  for (std::size_t i = 0; i < images; ++i) {
    // Rounded down, so that a threshold is never above the value that it was computed from.
    const double t = std::min(percentile(row(i), image_percentile), r[camera[i]]);
    threshold[i] =
        static_cast<Real>(t) > t ? std::nextafter(static_cast<Real>(t), Real(-1)) : static_cast<Real>(t);
  }
  const Shape shape = {static_cast<Index>(images), patches};
  const Tensor x = Tensor::from(device, shape, map);
  const Tensor t = Tensor::from(device, {shape[0]}, std::span<const Real>(threshold));
  const Tensor mask(device, shape, Type::byte);
  device.kernels().threshold_rows(device.context(), shape[0], patches, x.real(), t.real(), mask.byte());
  return mask.byte_values();
}

double LogMixture::posterior(double log_s) const {
  // log of the ratio of the two weighted densities: linear, since the variances are equal
  const double ratio =
      std::log(share / (1 - share)) + (std::pow(log_s - low, 2) - std::pow(log_s - high, 2)) / (2 * variance);
  return 1 / (1 + std::exp(-ratio));
}

LogMixture fit_log_mixture(std::span<const double> log_s) {
  std::vector<double> sorted(log_s.begin(), log_s.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  LogMixture m;
  m.low = sorted[sorted.size() / 4], m.high = sorted[sorted.size() * 3 / 4];
  m.variance = std::max(1e-6, std::pow((m.high - m.low) / 2, 2));
  for (int round = 0; round < 50; ++round) {
    double upper = 0, sum_upper = 0, sum_lower = 0, squares = 0;
    std::vector<double> p;
    for (const double x : sorted) {
      p.push_back(m.posterior(x));
      upper += p.back(), sum_upper += p.back() * x, sum_lower += (1 - p.back()) * x;
    }
    upper = std::clamp(upper, 1e-6 * n, (1 - 1e-6) * n);
    m.share = upper / n, m.high = sum_upper / upper, m.low = sum_lower / (n - upper);
    for (std::size_t i = 0; i < sorted.size(); ++i)
      squares += p[i] * std::pow(sorted[i] - m.high, 2) + (1 - p[i]) * std::pow(sorted[i] - m.low, 2);
    m.variance = std::max(1e-6, squares / n);
  }
  return m;
}

namespace {

// P(V = 1 | s) of each patch, by the prior's rule or by the mixture's.
std::vector<Real> posteriors(std::span<const Real> map, std::span<const std::int32_t> camera, Index patches,
                             Index candidates, const EmOptions& options) {
  std::vector<Real> result;
  if (options.threshold == EThreshold::prior) {
    const double other = (1 - options.prior) / static_cast<double>(candidates);
    for (const Real s : map) {
      const double own = options.prior * static_cast<double>(s);
      result.push_back(static_cast<Real>(own / (own + other)));
    }
    return result;
  }
  std::map<std::int32_t, std::vector<double>> of_camera;
  const auto log_of = [](Real s) { return std::log(static_cast<double>(s) + 1e-9); };
  const auto camera_of = [&](std::size_t i) { return camera[i / static_cast<std::size_t>(patches)]; };
  for (std::size_t i = 0; i < map.size(); ++i) of_camera[camera_of(i)].push_back(log_of(map[i]));
  std::map<std::int32_t, LogMixture> fits;
  for (const auto& [number, values] : of_camera) fits[number] = fit_log_mixture(values);
  for (std::size_t i = 0; i < map.size(); ++i)
    result.push_back(static_cast<Real>(fits[camera_of(i)].posterior(log_of(map[i]))));
  return result;
}

}  // namespace

PatchLabels label_patches(const Device& device, const PatchGrid& grid, std::span<const Real> s,
                          std::span<const std::int32_t> camera, Index candidates, const EmOptions& options) {
  PatchLabels labels;
  labels.grid = grid;
  const auto images = static_cast<Index>(camera.size());
  const Tensor raw = Tensor::from(device, {images, grid.rows, grid.columns}, s);
  const Tensor smooth = Tensor::like(raw);
  device.kernels().smooth_grid(device.context(), images, grid.rows, grid.columns, Real(options.sigma),
                               raw.real(), smooth.real());
  labels.map = smooth.values();
  if (options.threshold == EThreshold::percentiles || options.threshold == EThreshold::camera) {
    // H_i is at most an image's largest value, so that with the 100th percentile R alone decides, except that
    // the best patch of an image is always kept.
    const double own = options.threshold == EThreshold::camera ? 100 : options.image_percentile;
    labels.v = threshold_map(device, labels.map, camera, grid.patches(), own, options.camera_percentile);
    return labels;
  }
  std::vector<Real> p = posteriors(labels.map, camera, grid.patches(), candidates, options);
  for (const Real value : p) labels.v.push_back(value >= Real(0.5));
  if (options.soft) labels.posterior = std::move(p);
  return labels;
}

PatchLabels e_step(const Device& device, const PatchBag& bag, const Who& who, double temperature,
                   const EmOptions& options, const OnProgress& progress) {
  const std::vector<Real> s =
      similarity_map(device, bag, who, temperature, options.reach, progress, options.candidates);
  return label_patches(device, bag.grid(), s, who.camera,
                       static_cast<Index>(std::set(who.identity.begin(), who.identity.end()).size()),
                       options);
}

double share_changed(const PatchLabels& before, const PatchLabels& after) {
  require(before.v.size() == after.v.size(), "labels of {} and of {} patches cannot be compared",
          before.v.size(), after.v.size());
  Index changed = 0;
  for (std::size_t i = 0; i < before.v.size(); ++i) changed += before.v[i] != after.v[i];
  return before.v.empty() ? 0 : static_cast<double>(changed) / static_cast<double>(before.v.size());
}

}  // namespace triptych
