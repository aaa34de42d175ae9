#include "reid/em/em.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "engine/error.h"
#include "engine/ops.h"
#include "kernels/kernels.h"

namespace triptych {
namespace {

// The images of some rows of a bag, as a tensor [rows.size(), grid rows, grid columns, D].
Tensor gather(const Device& device, const EmbeddedImages& bag, std::span<const Index> rows) {
  const Index width = bag.grid.patches() * bag.patch_size();
  std::vector<Real> values;
  values.reserve(rows.size() * static_cast<std::size_t>(width));
  for (const Index row : rows)
    values.insert(values.end(), bag.patches.begin() + row * width, bag.patches.begin() + (row + 1) * width);
  return Tensor::from(device,
                      {static_cast<Index>(rows.size()), bag.grid.rows, bag.grid.columns, bag.patch_size()},
                      std::span<const Real>(values));
}

// Who could be on an image of `camera`: for each person the first of their images that another camera took.
struct Candidates {
  std::vector<Index> rows;                 // of the bag
  std::map<std::int32_t, Index> position;  // person -> place in rows
};
Candidates candidates_for(std::int32_t camera, const Who& who) {
  Candidates result;
  for (Index i = 0; i < who.count(); ++i) {
    const auto identity = who.identity[static_cast<std::size_t>(i)];
    if (who.camera[static_cast<std::size_t>(i)] == camera || result.position.contains(identity)) continue;
    result.position[identity] = static_cast<Index>(result.rows.size());
    result.rows.push_back(i);
  }
  return result;
}

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

std::vector<Real> similarity_map(const Device& device, const EmbeddedImages& bag, const Who& who,
                                 double temperature, Index reach) {
  constexpr Index most_numbers = Index(1) << 24;  // of the similarity tensor held at once: 64 MiB
  const Index patches = bag.grid.patches();
  std::vector<Real> s(static_cast<std::size_t>(bag.count * patches), 0);
  for (std::int32_t camera = 0; camera <= std::ranges::max(who.camera); ++camera) {
    const Candidates candidates = candidates_for(camera, who);
    std::vector<Index> queries;
    for (Index i = 0; i < who.count(); ++i)
      if (who.camera[static_cast<std::size_t>(i)] == camera) queries.push_back(i);
    if (queries.empty()) continue;
    require(!candidates.rows.empty(),
            "camera {} sees people whom no other camera sees: the E step needs two views", camera);
    const auto count = static_cast<Index>(candidates.rows.size());
    const Tensor there = gather(device, bag, candidates.rows);
    const auto chunk = static_cast<std::size_t>(std::max<Index>(1, most_numbers / (patches * count)));
    for (std::size_t first = 0; first < queries.size(); first += chunk) {
      const auto part =
          std::span<const Index>(queries).subspan(first, std::min(chunk, queries.size() - first));
      // |x - y|^2 = 2 - 2 x.y for unit vectors; the constant falls out of the softmax.
      const Variable match = patch_match(gather(device, bag, part), there, reach);
      const std::vector<Real> p = softmax(scale(match, Real(2 / temperature))).value.values();
      for (std::size_t q = 0; q < part.size(); ++q) {
        const auto own = candidates.position.find(who.identity[static_cast<std::size_t>(part[q])]);
        if (own == candidates.position.end())
          continue;  // seen by one camera only: nothing is known, s stays 0
        for (Index j = 0; j < patches; ++j)
          s[static_cast<std::size_t>(part[q] * patches + j)] =
              p[static_cast<std::size_t>((static_cast<Index>(q) * patches + j) * count + own->second)];
      }
    }
  }
  return s;
}

double percentile(std::span<const Real> values, double p) {
  require(!values.empty(), "the percentile of nothing was asked for");
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
          "a map of {} numbers does not fit {} images of {} "
          "patches",
          map.size(), images, patches);
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
    // Rounded down, so that the image's own percentile is never above the number it was taken from.
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

PatchLabels e_step(const Device& device, const EmbeddedImages& bag, const Who& who, double temperature,
                   const EmOptions& options) {
  PatchLabels labels;
  labels.grid = bag.grid;
  const std::vector<Real> s = similarity_map(device, bag, who, temperature, options.reach);
  const Tensor raw =
      Tensor::from(device, {bag.count, bag.grid.rows, bag.grid.columns}, std::span<const Real>(s));
  const Tensor smooth = Tensor::like(raw);
  device.kernels().smooth_grid(device.context(), bag.count, bag.grid.rows, bag.grid.columns,
                               Real(options.sigma), raw.real(), smooth.real());
  labels.map = smooth.values();
  labels.v = threshold_map(device, labels.map, who.camera, bag.grid.patches(), options.image_percentile,
                           options.camera_percentile);
  return labels;
}

double share_changed(const PatchLabels& before, const PatchLabels& after) {
  require(before.v.size() == after.v.size(), "labels of {} and of {} patches cannot be compared",
          before.v.size(), after.v.size());
  Index changed = 0;
  for (std::size_t i = 0; i < before.v.size(); ++i) changed += before.v[i] != after.v[i];
  return before.v.empty() ? 0 : static_cast<double>(changed) / static_cast<double>(before.v.size());
}

}  // namespace triptych
