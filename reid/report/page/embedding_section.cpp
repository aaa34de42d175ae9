#include "reid/report/page/embedding_section.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "engine/json.h"
#include "reid/report/json.h"
#include "reid/report/pca.h"
#include "reid/report/tsne.h"

namespace triptych {

using report::Json;

namespace {

// Mean share of each point's k nearest by `near` [n, n] that are among its k nearest in the plane, in %.
double neighbours_kept(std::span<const Real> near, std::span<const double> places, std::size_t n,
                       std::size_t k) {
  std::vector<std::size_t> order(n);
  const auto nearest = [&](std::size_t i, const auto& distance) {
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::swap(order[i], order[n - 1]);  // a point is not its own neighbour
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k), order.end() - 1,
                      [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
    return std::set<std::size_t>(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k));
  };
  std::size_t kept = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto there = nearest(i, [&](std::size_t j) { return near[i * n + j]; });
    const auto here = nearest(i, [&](std::size_t j) {
      return std::hypot(places[2 * i] - places[2 * j], places[2 * i + 1] - places[2 * j + 1]);
    });
    for (const std::size_t j : there) kept += here.contains(j);
  }
  return 100 * static_cast<double>(kept) / static_cast<double>(n * k);
}

}  // namespace

Section embedding_section(const Tested& tested, ImageStore& store, std::uint64_t seed,
                          const OnProgress& progress) {
  const Device& device = tested.model.network->device();
  std::vector<Index> samples = tested.protocol.query;
  samples.insert(samples.end(), tested.protocol.gallery.begin(), tested.protocol.gallery.end());
  std::vector<Real> rows = tested.query.embedding;
  rows.insert(rows.end(), tested.gallery.embedding.begin(), tested.gallery.embedding.end());
  const auto count = static_cast<Index>(samples.size());
  if (count < 4) return absent("embedding", "There are too few images to lay out in the plane.");

  const PrincipalPlane pca = principal_plane(device, rows, count);
  TsneOptions options;
  options.seed = seed;
  const std::vector<Real> distances = distance_matrix(device, rows, rows, tested.query.size);
  const std::vector<double> tsne_places = tsne(device, distances, count, options, progress);
  const RankingResult ranks = rank_queries(
      distance_matrix(device, tested.query.embedding, tested.gallery.embedding, tested.query.size),
      who_is(tested.dataset, tested.protocol.query), who_is(tested.dataset, tested.protocol.gallery));
  const std::size_t neighbours = std::min<std::size_t>(10, static_cast<std::size_t>(count) - 2);
  const auto kept = [&](std::span<const double> places) {
    return std::round(neighbours_kept(distances, places, static_cast<std::size_t>(count), neighbours));
  };
  const auto rounded = [](double value) {
    return std::strtod(fmt::format("{:.4g}", value).c_str(), nullptr);
  };
  Json points = Json::array();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    points.push_back({{"person", tested.name(samples[i])},
                      {"camera", tested.sample(samples[i]).camera + 1},
                      {"image", store.photograph(samples[i])},
                      {"pca", {rounded(pca.places[2 * i]), rounded(pca.places[2 * i + 1])}},
                      {"tsne", {rounded(tsne_places[2 * i]), rounded(tsne_places[2 * i + 1])}}});
    if (i < ranks.first_rank.size()) points.back()["rank"] = ranks.first_rank[i];
  }
  const Json data = {{"points", points},
                     {"explained", {rounded(100 * pca.explained[0]), rounded(100 * pca.explained[1])}},
                     {"perplexity", std::min(options.perplexity, most_perplexity(count))},
                     {"neighbours", neighbours},
                     {"kept", {{"pca", kept(pca.places)}, {"tsne", kept(tsne_places)}}},
                     {"seed", seed}};
  return {"embedding", json_dump(data)};
}

}  // namespace triptych
