#pragma once
#include <span>
#include <string>
#include <vector>

#include "datasets/image_source.h"
#include "drawing/image.h"
#include "reid/evaluation/protocol.h"
#include "reid/network/model.h"

namespace triptych {

enum class Verdict { unknown, right, wrong };  // the frame: grey, green, red

struct RankedImage {
  Image image;
  double distance = 0;  // squared L2 between embeddings
  Verdict verdict = Verdict::unknown;
  std::string caption = {};  // under the image, beside the distance
};

// A query and its nearest gallery images, nearest first.
struct RankedQuery {
  Image query;
  std::string caption;
  std::vector<RankedImage> nearest;
};

// The sheet: a row for each query, framed in white, and to its right its nearest images.
Image ranked_sheet(const std::string& title, std::span<const RankedQuery> rows);

// The positions of the `count` smallest distances, nearest first; the earlier one on a tie.
std::vector<std::size_t> nearest_positions(std::span<const Real> distances, std::size_t count);

// Test queries beside their ten nearest images: as far as there are that many, the first half are the queries
// whose right match comes earliest (and among those, nearest), the second half the worst failures.
// result: of evaluating the protocol, with the nearest images of each query.
std::vector<RankedQuery> best_and_worst(const Dataset& dataset, const ImageSource& images,
                                        const Protocol& protocol, const RankingResult& result,
                                        std::size_t rows = 10);

}  // namespace triptych
