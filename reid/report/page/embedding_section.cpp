#include "reid/report/page/embedding_section.h"

#include <nlohmann/json.hpp>

#include "reid/report/json.h"
#include "reid/report/pca.h"
#include "reid/report/tsne.h"

namespace triptych {

using report::Json;

Section embedding_section(const Tested& tested, ImageStore& store, std::uint64_t seed) {
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
  const std::vector<double> tsne_places =
      tsne(device, distance_matrix(device, rows, rows, tested.query.size), count, options);
  const auto rounded = [](double value) {
    return std::strtod(fmt::format("{:.4g}", value).c_str(), nullptr);
  };
  Json points = Json::array();
  for (std::size_t i = 0; i < samples.size(); ++i)
    points.push_back({{"person", tested.name(samples[i])},
                      {"camera", tested.sample(samples[i]).camera + 1},
                      {"image", store.photograph(samples[i])},
                      {"pca", {rounded(pca.places[2 * i]), rounded(pca.places[2 * i + 1])}},
                      {"tsne", {rounded(tsne_places[2 * i]), rounded(tsne_places[2 * i + 1])}}});
  const Json data = {{"points", points},
                     {"explained", {rounded(100 * pca.explained[0]), rounded(100 * pca.explained[1])}},
                     {"perplexity", std::min(options.perplexity, most_perplexity(count))},
                     {"seed", seed}};
  return {"embedding", data.dump()};
}

}  // namespace triptych
