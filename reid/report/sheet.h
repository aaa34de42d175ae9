#pragma once
#include <span>
#include <string>
#include <vector>

#include "datasets/picture.h"
#include "datasets/picture_set.h"
#include "reid/evaluation/protocol.h"
#include "reid/network/model.h"

namespace triptych {

enum class Verdict { unknown, right, wrong };  // the frame: grey, green, red

struct RankedPicture {
  Picture picture;
  double distance = 0;  // squared L2 between embeddings
  Verdict verdict = Verdict::unknown;
  std::string caption = {};  // under the picture, beside the distance
};

// A query and its nearest gallery pictures, nearest first.
struct RankedQuery {
  Picture query;
  std::string caption;
  std::vector<RankedPicture> nearest;
};

// The sheet: a row for each query, framed in white, and to its right its nearest pictures.
Picture ranked_sheet(const std::string& title, std::span<const RankedQuery> rows);

// The positions of the `count` smallest distances, nearest first; the earlier one on a tie.
std::vector<std::size_t> nearest_positions(std::span<const Real> distances, std::size_t count);

// Test queries beside their ten nearest pictures: as far as there are that many, the first half are the queries whose
// right match comes earliest (and among those, nearest), the second half the worst failures.
std::vector<RankedQuery> best_and_worst(const Model& model, const Dataset& dataset,
                                        const PictureSet& pictures, const Protocol& protocol,
                                        std::size_t rows = 10);

}  // namespace triptych
