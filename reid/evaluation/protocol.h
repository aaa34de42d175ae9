#pragma once
#include <optional>
#include <string>
#include <vector>

#include "datasets/image_source.h"
#include "reid/evaluation/embed.h"
#include "reid/evaluation/ranking.h"

namespace triptych {

// Which images are searched for, and among which; all lists are samples of the data set.
struct Protocol {
  std::vector<Index> query, gallery;
  // Distractors of the query's camera: they are in the gallery when the directions are exchanged.
  std::vector<Index> query_distractors = {};
};

// The same search with the directions exchanged. Distractors are on the gallery's side in both: those of the
// gallery do not ask, those of the query's camera are searched among.
Protocol reversed(const Dataset& dataset, const Protocol& protocol);

// Single shot between two cameras: the given people's images from `gallery_camera`, and its distractors,
// against their images from `query_camera`.
Protocol camera_protocol(const Dataset& dataset, std::span<const Index> identities, int gallery_camera,
                         int query_camera);

// For sets with more cameras: two random images of every person from two different cameras, the first into
// the gallery, the second into the queries. Each `draw` is another pair.
Protocol pair_protocol(const Dataset& dataset, std::span<const Index> identities, std::uint64_t seed,
                       int draw);

// The set's own query and gallery parts (Market-1501).
Protocol fixed_protocol(const Dataset& dataset);

Who who_is(const Dataset& dataset, std::span<const Index> samples);

// Both directions, where the protocol has a second one.
struct Evaluation {
  RankingResult result;                  // queries against gallery
  std::optional<RankingResult> reverse;  // of reversed(protocol)
};

// Ranks by the squared L2 distance of rows of length `size`. rows: of the gallery, then of the queries, then
// of the query's distractors. The ten nearest images of each query are kept in the result of the first
// direction. `shares` [rows, S], if there are any: the strips' visible shares, by which distances are
// weighted (visible_ranking.h).
Evaluation evaluate_rows(const Device& device, const Dataset& dataset, const Protocol& protocol,
                         std::span<const Real> rows, Index size, bool both_directions,
                         std::span<const Real> shares = {});

// ... between the model's embeddings,
Evaluation evaluate_model(const Model& model, const Dataset& dataset, const ImageSource& images,
                          const Protocol& protocol, bool both_directions, const OnProgress& progress = {});
// ... and between the raw pixels of the centre crops, the floor that any network must clear; they are made in
// blocks (rank_blocks).
Evaluation evaluate_pixels(const Device& device, const Dataset& dataset, const ImageSource& images,
                           const Protocol& protocol, const NetworkOptions& options, bool both_directions,
                           const OnProgress& progress = {});

}  // namespace triptych
