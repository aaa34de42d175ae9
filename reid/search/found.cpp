#include "reid/search/found.h"

#include "engine/error.h"
#include "engine/json.h"
#include "engine/text.h"

namespace triptych {
namespace {

using Json = nlohmann::ordered_json;

Json match_json(const FoundImage& image, std::size_t rank) {
  Json json = {{"rank", rank}, {"distance", image.distance}, {"file", image.path}};
  json["person"] = image.identity ? Json(*image.identity) : Json(nullptr);
  json["camera"] = image.camera < 0 ? Json(nullptr) : Json(image.camera + 1);
  return json;
}

// " person 0007, camera 2"
std::string label(const FoundImage& image) {
  std::string text;
  if (image.identity) text += "person " + *image.identity;
  if (image.camera >= 0) text += fmt::format("{}camera {}", text.empty() ? "" : ", ", image.camera + 1);
  return text.empty() ? "" : "  " + text;
}

}  // namespace

std::string found_json(const Found& found) {
  Json json = {
      {"gallery", found.gallery},
      {"images", found.images},
      {"model",
       {{"file", found.model.file.string()}, {"digest", found.model.digest}, {"key", found.model.key}}},
      {"distance", "squared L2"}};
  json["threshold"] = found.threshold ? Json(*found.threshold) : Json(nullptr);
  json["queries"] = Json::array();
  for (const FoundQuery& query : found.queries) {
    Json matches = Json::array();
    for (const FoundImage& image : query.nearest) matches.push_back(match_json(image, matches.size() + 1));
    Json one = {{"query", query.query}};
    one["in_gallery"] = found.threshold ? Json(found.in_gallery(query)) : Json(nullptr);
    one["matches"] = std::move(matches);
    json["queries"].push_back(std::move(one));
  }
  json["left_out"] = found.left_out;
  return json_dump(json, 2, NotUtf8::replaced) + "\n";
}

std::string found_csv(const Found& found) {
  std::string text = found_csv_header;
  for (const FoundQuery& query : found.queries)
    for (std::size_t i = 0; i < query.nearest.size(); ++i) {
      const FoundImage& image = query.nearest[i];
      text += fmt::format("{},{},{:.9g},{},{},{}\n", csv_field(query.query), i + 1, image.distance,
                          csv_field(image.path), csv_field(image.identity.value_or("")), image.camera + 1);
    }
  return text;
}

std::string found_text(const Found& found) {
  if (found.queries.size() == 1) {
    std::string text = fmt::format("{:>4}  {:>8}  image\n", "rank", "distance");
    const std::vector<FoundImage>& nearest = found.queries.front().nearest;
    for (std::size_t i = 0; i < nearest.size(); ++i)
      text += fmt::format("{:>4}  {:>8.4f}  {}{}\n", i + 1, nearest[i].distance, nearest[i].path,
                          label(nearest[i]));
    if (!found.in_gallery(found.queries.front()))
      text += fmt::format("not in the gallery: no image is within {:.4f}\n", *found.threshold);
    return text;
  }
  std::string text = fmt::format("{:>8}  query -> nearest image\n", "distance");
  for (const FoundQuery& query : found.queries)
    if (!found.in_gallery(query))
      text +=
          fmt::format("{:>8.4f}  {} -> not in the gallery\n", query.nearest.front().distance, query.query);
    else
      text += fmt::format("{:>8.4f}  {} -> {}{}\n", query.nearest.front().distance, query.query,
                          query.nearest.front().path, label(query.nearest.front()));
  return text;
}

}  // namespace triptych
