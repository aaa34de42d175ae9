#pragma once
#include <string>
#include <vector>

#include "reid/evaluation/map_quality.h"
#include "reid/experiment/data.h"
#include "reid/network/model.h"

// Where a map says to look, against what the images really show: the renderer knows which pixels of a
// synthetic image are person and which hide it, and --occlude knows what it pasted.
namespace triptych {

// What most of a patch's pixels are. `unknown`: of a photograph, except for what was pasted over it.
enum class PatchTruth : std::uint8_t { surroundings, person, occluder, unknown };

// Of the patches of an image's centre crop, [rows * columns]; a patch stands for its part of a division of
// the crop into rows x columns, as in the maps of the report. `seed` is that of synthetic people; `pasted` is
// in pixels of the image at the network's size.
std::vector<PatchTruth> patch_truth(const Dataset& dataset, std::uint64_t seed, Index sample,
                                    const NetworkOptions& network, const Rectangle& pasted = {});

// The AUC of one map, and beside it of a map of positions alone (position_only). NaN: there is no such mask.
struct MapQuality {
  std::string map;
  // Person against everything else; and what can be seen of people against what hides it (of photographs:
  // everything that is not pasted over against what is).
  double person = 0, person_position = 0, hidden = 0, hidden_position = 0;
  // A map that tells less than positions do does not show where to look in an image.
  bool beats_position() const;
};

// The quality of a map [samples, rows * columns] on images whose patches show `truth`.
MapQuality map_quality(const std::string& name, const PatchGrid& grid, std::span<const Real> map,
                       std::span<const PatchTruth> truth);

// Of the similarity map s and of the patch gate, on everybody whom the plan's first draw searches for or
// among; queries are occluded as the plan says.
std::vector<MapQuality> map_qualities(const Model& model, const ExperimentData& data, std::uint64_t seed,
                                      const TestPlan& plan);

}  // namespace triptych
