#include "reid/evaluation/open_set.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "engine/error.h"
#include "engine/json.h"
#include "engine/ops.h"

namespace triptych {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

std::optional<OpenSearch> search_of(std::span<const Real> distances, std::int32_t identity,
                                    std::int32_t camera, const Who& gallery) {
  OpenSearch search{never, never};
  for (std::size_t g = 0; g < distances.size(); ++g) {
    const double distance = static_cast<double>(distances[g]);
    require(!std::isnan(distance), "a distance is NaN: the embeddings hold NaN; the training diverged");
    if (gallery.identity[g] != identity)
      search.impostor = std::min(search.impostor, distance);
    else if (gallery.camera[g] != camera)
      search.genuine = std::min(search.genuine, distance);
  }
  if (search.genuine == never) return {};
  return search;
}

}  // namespace

std::vector<OpenSearch> open_searches(const Device& device, std::span<const Real> query_rows,
                                      const Who& queries, std::span<const Real> gallery_rows,
                                      const Who& gallery, Index size) {
  constexpr Index most_distances = 1 << 22;  // at a time
  const Index block =
      std::clamp<Index>(most_distances / std::max<Index>(gallery.count(), 1), 1, queries.count() + 1);
  const Tensor far = Tensor::borrowed(device, {gallery.count(), size}, gallery_rows);
  std::vector<OpenSearch> searches;
  for (Index first = 0; first < queries.count(); first += block) {
    const Index count = std::min(block, queries.count() - first);
    const Tensor near = Tensor::borrowed(
        device, {count, size},
        query_rows.subspan(static_cast<std::size_t>(first * size), static_cast<std::size_t>(count * size)));
    const std::vector<Real> distances = pairwise_squared_distances(near, far).value.values();
    for (Index q = 0; q < count; ++q) {
      const auto at = static_cast<std::size_t>(first + q);
      const auto row = std::span(distances).subspan(static_cast<std::size_t>(q * gallery.count()),
                                                    static_cast<std::size_t>(gallery.count()));
      if (const auto search = search_of(row, queries.identity[at], queries.camera[at], gallery))
        searches.push_back(*search);
    }
  }
  return searches;
}

double threshold_at(std::span<const OpenSearch> searches, double far) {
  std::vector<double> impostors;
  for (const OpenSearch& search : searches) impostors.push_back(search.impostor);
  std::ranges::sort(impostors);
  const auto allowed = static_cast<std::size_t>(far * static_cast<double>(impostors.size()) + 1e-9);
  if (allowed >= impostors.size()) return never;
  return std::nextafter(impostors[allowed], -never);
}

OpenRates rates_at(std::span<const OpenSearch> searches, double threshold) {
  OpenRates rates;
  if (searches.empty()) return rates;
  for (const OpenSearch& search : searches) {
    rates.tpir += search.genuine < search.impostor && search.genuine <= threshold;
    rates.far += search.impostor <= threshold;
  }
  const double percent = 100.0 / static_cast<double>(searches.size());
  rates.tpir *= percent, rates.far *= percent;
  return rates;
}

OpenThresholds choose_thresholds(std::span<const OpenSearch> searches, Index gallery, std::string people) {
  require(!searches.empty(), "a threshold is chosen on searches, and there are none");
  OpenThresholds result;
  result.people = std::move(people);
  result.searches = static_cast<Index>(searches.size()), result.gallery = gallery;
  for (const double far : reported_fars) result.at.push_back({far, threshold_at(searches, far)});
  return result;
}

std::string to_json(const OpenThresholds& thresholds) {
  nlohmann::ordered_json json = {{"model", thresholds.model},
                                 {"people", thresholds.people},
                                 {"searches", thresholds.searches},
                                 {"gallery", thresholds.gallery}};
  json["thresholds"] = nlohmann::ordered_json::array();
  for (const OpenThreshold& one : thresholds.at)
    json["thresholds"].push_back({{"far", one.far}, {"distance", one.threshold}});
  return json_dump(json, 2) + "\n";
}

OpenThresholds thresholds_from_json(const std::string& text, const std::string& origin) {
  const nlohmann::json json = parse_json(text, origin);
  OpenThresholds result;
  result.model = json_text(json, "model", origin), result.people = json_text(json, "people", origin);
  result.searches = json_index(json, "searches", origin, 0);
  result.gallery = json_index(json, "gallery", origin, 1);
  for (const nlohmann::json& one : json_list(json_field(json, "thresholds", origin), origin))
    result.at.push_back({json_number(one, "far", origin), json_number(one, "distance", origin)});
  require(!result.at.empty(), "{} holds no thresholds", origin);
  return result;
}

Protocol training_protocol(const Dataset& dataset, std::span<const Index> identities, const std::string& name,
                           int gallery_camera) {
  if (name == "camera")
    return camera_protocol(dataset, identities, gallery_camera, gallery_camera == 0 ? 1 : 0);
  if (name == "pair") return pair_protocol(dataset, identities, 1, 0);
  Protocol protocol;
  std::set<std::pair<Index, int>> seen;
  for (const Index i : samples_for_training(dataset, identities)) {
    const Sample& sample = dataset.samples[static_cast<std::size_t>(i)];
    const bool first = seen.insert({sample.identity, sample.camera}).second;
    (first ? protocol.query : protocol.gallery).push_back(i);
  }
  return protocol;
}

}  // namespace triptych
