#include "reid/experiment/patch_truth.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "reid/em/em.h"
#include "reid/evaluation/embed.h"
#include "reid/network/visible_patches.h"

namespace triptych {
namespace {

// Pixel y of the original [0, from) at position `at` of the resized image [0, to).
std::size_t original(double at, Index to, Index from) {
  const double y = at * static_cast<double>(from) / static_cast<double>(to);
  return static_cast<std::size_t>(std::clamp<Index>(static_cast<Index>(y), 0, from - 1));
}

// What covers at least half of each patch, of the renderer's pixels.
std::vector<PatchTruth> rendered_truth(const SyntheticOptions& options, const std::vector<Truth>& pixels,
                                       const NetworkOptions& network) {
  constexpr int points = 8;  // a patch is sampled at points x points places
  const PatchGrid grid = patch_grid(network);
  const auto place = [](Index cell, int point, Index crop, Index cells, Index size) {
    return static_cast<double>((size - crop) / 2) + (static_cast<double>(cell) + (point + 0.5) / points) *
                                                        static_cast<double>(crop) /
                                                        static_cast<double>(cells);
  };
  std::vector<PatchTruth> truth;
  for (Index r = 0; r < grid.rows; ++r)
    for (Index c = 0; c < grid.columns; ++c) {
      std::array<int, 3> counts{};
      for (int i = 0; i < points; ++i)
        for (int j = 0; j < points; ++j) {
          const double y = place(r, i, network.crop_height, grid.rows, network.image_height),
                       x = place(c, j, network.crop_width, grid.columns, network.image_width);
          const std::size_t pixel =
              original(y, network.image_height, options.height) * static_cast<std::size_t>(options.width) +
              original(x, network.image_width, options.width);
          ++counts[static_cast<std::size_t>(pixels[pixel])];
        }
      constexpr int half = points * points / 2;
      truth.push_back(counts[static_cast<std::size_t>(Truth::person)] >= half     ? PatchTruth::person
                      : counts[static_cast<std::size_t>(Truth::occluder)] >= half ? PatchTruth::occluder
                                                                                  : PatchTruth::surroundings);
    }
  return truth;
}

double auc(std::span<const Real> score, const std::vector<std::int8_t>& kind) {
  return area_under_curve({{score.begin(), score.end()}, kind});
}

}  // namespace

std::vector<PatchTruth> patch_truth(const Dataset& dataset, std::uint64_t seed, Index sample,
                                    const NetworkOptions& network, const Rectangle& pasted) {
  const Sample& s = dataset.samples[static_cast<std::size_t>(sample)];
  std::vector<PatchTruth> truth(static_cast<std::size_t>(patch_grid(network).patches()), PatchTruth::unknown);
  if (dataset.synthetic)
    truth = rendered_truth(
        dataset.synthetic_options,
        render_truth(dataset.synthetic_options, seed, s.identity, s.camera, 0, std::max<Index>(s.frame, 0)),
        network);
  Rectangle in_crop = pasted;
  in_crop.top -= (network.image_height - network.crop_height) / 2;
  in_crop.left -= (network.image_width - network.crop_width) / 2;
  const std::vector<Real> visible = visible_shares(network, in_crop);
  for (std::size_t p = 0; p < truth.size(); ++p)
    if (visible[p] <= Real(0.5)) truth[p] = PatchTruth::occluder;
  return truth;
}

bool MapQuality::beats_position() const {
  const bool person_known = !std::isnan(person);
  return person_known ? person > person_position : hidden > hidden_position;
}

MapQuality map_quality(const std::string& name, const PatchGrid& grid, std::span<const Real> map,
                       std::span<const PatchTruth> truth) {
  std::vector<std::int8_t> person, hidden;
  for (const PatchTruth t : truth) {
    person.push_back(t == PatchTruth::unknown ? -1 : t == PatchTruth::person);
    hidden.push_back(t == PatchTruth::surroundings ? -1 : t != PatchTruth::occluder);
  }
  // What is pasted over a photograph is known, but not what else is no person.
  if (std::ranges::find(truth, PatchTruth::unknown) != truth.end()) person.assign(truth.size(), -1);
  return {name, auc(map, person), auc(position_only(grid, person), person), auc(map, hidden),
          auc(position_only(grid, hidden), hidden)};
}

std::vector<MapQuality> map_qualities(const Model& model, const ExperimentData& data, std::uint64_t seed,
                                      const TestPlan& plan) {
  const Protocol& protocol = plan.draws.front();
  const ImageSource images = images_of_search(plan, protocol, data.dataset, data.images);
  std::vector<Index> samples = protocol.gallery;
  samples.insert(samples.end(), protocol.query.begin(), protocol.query.end());
  std::erase_if(samples, [&](Index i) {
    return data.dataset.samples[static_cast<std::size_t>(i)].identity == distractor;
  });
  const Options& options = model.options;
  std::vector<PatchTruth> truth;
  for (const Index sample : samples) {
    const std::vector<PatchTruth> one =
        patch_truth(data.dataset, seed, sample, options.network, images.occluder(sample));
    truth.insert(truth.end(), one.begin(), one.end());
  }
  const Device& device = model.network->device();
  const EmbeddedImages gates = embed(model, images, samples, PatchSelection::By::everything, Keep::patches);
  const PatchBag bag(model, images, samples, {}, std::size_t(256) << 20, options.em.score);
  const PatchLabels labels =
      e_step(device, bag, who_is(data.dataset, samples), options.loss.patch_temperature, options.em);
  return {map_quality("s", labels.grid, labels.map, truth),
          map_quality("gate", labels.grid, gates.gate, truth)};
}

}  // namespace triptych
