#include "reid/report/page/gallery_section.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "engine/json.h"
#include "reid/report/json.h"
#include "reid/report/sheet.h"

namespace triptych {

using report::Json;

Section gallery_section(const Tested& tested, ImageStore& store) {
  constexpr std::size_t nearest = 10, queries_with_strips = 24, nearest_with_strips = 3;
  constexpr Index most_frames = 8;
  const Protocol& protocol = tested.protocol;
  const std::size_t width = protocol.gallery.size();
  std::vector<Real> distances = distance_matrix(tested.model.network->device(), tested.query.embedding,
                                                tested.gallery.embedding, tested.query.size);
  const Who asking = who_is(tested.dataset, protocol.query), known = who_is(tested.dataset, protocol.gallery);
  const RankingResult result = rank_queries(distances, asking, known);
  // An image of the query's own person by its own camera is ignored: its distance is infinite.
  for (std::size_t q = 0; q < protocol.query.size(); ++q)
    for (std::size_t g = 0; g < width; ++g)
      if (known.identity[g] == asking.identity[q] && known.camera[g] == asking.camera[q])
        distances[q * width + g] = std::numeric_limits<Real>::infinity();
  const auto row_of = [&](std::size_t q) {
    return std::span<const Real>(distances).subspan(q * width, width);
  };

  std::vector<std::size_t> order(protocol.query.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::erase_if(order, [&](std::size_t q) { return result.first_rank[q] == 0; });
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t q) {
      return std::pair(result.first_rank[q], *std::ranges::min_element(row_of(q)));
    };
    return key(a) < key(b);
  });

  const bool walks = tested.images.has_sequences();
  const std::size_t apart = std::max<std::size_t>(1, order.size() / queries_with_strips);
  Json queries = Json::array();
  for (std::size_t place = 0; place < order.size(); ++place) {
    const std::size_t q = order[place];
    const bool strips = walks && (place % apart == 0 || place + 1 == order.size());
    Json near = Json::array();
    for (const std::size_t g : nearest_positions(row_of(q), nearest)) {
      if (!std::isfinite(row_of(q)[g])) continue;
      near.push_back({{"image", store.photograph(protocol.gallery[g])},
                      {"person", tested.name(protocol.gallery[g])},
                      {"distance", std::round(1e4 * static_cast<double>(row_of(q)[g])) / 1e4},
                      {"right", known.identity[g] == asking.identity[q]}});
      if (strips && near.size() <= nearest_with_strips)
        near.back()["frames"] = store.film_strip(protocol.gallery[g], most_frames);
    }
    queries.push_back({{"image", store.photograph(protocol.query[q])},
                       {"person", tested.name(protocol.query[q])},
                       {"camera", asking.camera[q] + 1},
                       {"rank", result.first_rank[q]},
                       {"nearest", near}});
    if (strips) queries.back()["frames"] = store.film_strip(protocol.query[q], most_frames);
  }
  return {"gallery", json_dump(Json({{"queries", queries}, {"gallery", width}}))};
}

}  // namespace triptych
