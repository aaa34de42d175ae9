#include "reid/report/page/cmc_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "reid/report/json.h"
#include "reid/table/published.h"

namespace triptych {

using report::Json;

namespace {

constexpr int last_rank = 50;  // of the curves

// A curve of the page: points [rank, %, deviation or null], and what its line of the table shows.
Json curve_json(const std::string& name, const char* kind, const Json& points, const Json& scores) {
  Json curve = {{"name", name}, {"kind", kind}, {"points", points}};
  for (const char* key : {"map", "minp"})
    if (scores.contains(key)) curve[key] = scores.at(key);
  return curve;
}

// {"1": 50.2, "5": 72.0, ...} -> [[1, 50.2, null], [5, 72.0, null], ...]
Json points_of(const Json& cmc, const Json& deviation) {
  std::map<int, Json> points;
  for (const auto& [rank, share] : cmc.items()) {
    if (!share.is_number()) continue;
    const Json spread = deviation.contains(rank) ? deviation.at(rank) : Json(nullptr);
    points[std::atoi(rank.c_str())] = Json::array({std::atoi(rank.c_str()), share, spread});
  }
  Json list = Json::array();
  for (const auto& [rank, point] : points) list.push_back(point);
  return list;
}

// Every rank of the network, from the rank at which each query of each split found its person.
Json points_of_ranks(const Json& splits) {
  Json points = Json::array();
  Index gallery = last_rank;
  for (const Json& split : splits)
    gallery = std::min<Index>(gallery, split.value("gallery", Index(last_rank)));
  for (int rank = 1; rank <= gallery; ++rank) {
    std::vector<double> shares;
    for (const Json& split : splits) {
      Index found = 0, asked = 0;
      for (const Json& first : split.at("ranks")) {
        const int at = first;
        asked += at > 0, found += at > 0 && at <= rank;
      }
      shares.push_back(asked ? 100.0 * static_cast<double>(found) / static_cast<double>(asked) : 0);
    }
    const MeanDeviation over = mean_deviation(shares);
    points.push_back({rank, over.mean, shares.size() > 1 ? Json(over.deviation) : Json(nullptr)});
  }
  return points;
}

// The mean of `key` ("untrained", "pixels") over the splits that have it; null when none has.
Json mean_of(const Json& splits, const char* key) {
  Json mean = {{"cmc", Json::object()}};
  double count = 0;
  for (const Json& split : splits) {
    if (!split.contains(key)) continue;
    ++count;
    const Json& scores = split.at(key);
    for (const auto& [rank, share] : scores.at("cmc").items())
      mean["cmc"][rank] = mean["cmc"].value(rank, 0.0) + share.get<double>();
    for (const char* number : {"map", "minp"})
      mean[number] = mean.value(number, 0.0) + scores.at(number).get<double>();
  }
  if (count == 0) return nullptr;
  for (auto& [rank, share] : mean["cmc"].items()) share = share.get<double>() / count;
  for (const char* number : {"map", "minp"}) mean[number] = mean.at(number).get<double>() / count;
  return mean;
}

// What was printed about the network, the best other method of the paper's table, and a plain one.
Json published_curves(const std::string& layout) {
  Json curves = Json::array();
  for (const auto& [slug, name] :
       {std::pair{"cnn-ernn", "CNN + ERNN"}, {"kpls-a", "KPLS Mode A"}, {"kissme", "KISSME"}}) {
    const Published* published = published_for(layout, slug);
    if (published == nullptr) continue;
    Json points = Json::array();
    for (const auto& [rank, share] : published->cmc) points.push_back({rank, share, nullptr});
    curves.push_back(curve_json(fmt::format("{}, as published", name), "published", points, Json::object()));
  }
  return curves;
}

}  // namespace

Section cmc_section_of_run(const std::string& results, const std::string& layout) {
  const Json json = Json::parse(results, nullptr, false);
  if (!json.is_object() || !json.contains("splits") || json.at("splits").empty())
    return absent("cmc", "The results.json of this folder holds no results of a run.");
  const Json& splits = json.at("splits");
  Json curves = Json::array();
  curves.push_back(curve_json("trained network", "ours", points_of_ranks(splits), json));
  if (const Json mean = mean_of(splits, "untrained"); !mean.is_null())
    curves.push_back(
        curve_json("untrained network", "ours", points_of(mean.at("cmc"), Json::object()), mean));
  if (const Json mean = mean_of(splits, "pixels"); !mean.is_null())
    curves.push_back(curve_json("raw pixels, L2", "ours", points_of(mean.at("cmc"), Json::object()), mean));
  if (json.value("gallery", 0) == published_gallery(layout))
    for (const Json& curve : published_curves(layout)) curves.push_back(curve);
  const Json data = {{"curves", curves},
                     {"splits", splits.size()},
                     {"queries", json.value("queries", 0)},
                     {"gallery", json.value("gallery", 0)}};
  return {"cmc", data.dump()};
}

Section cmc_section_of_table(const std::string& table) {
  const Json json = Json::parse(table, nullptr, false);
  if (!json.is_object()) return absent("cmc", "The table in this folder cannot be read: it is no JSON.");
  Json curves = Json::array();
  std::size_t splits = 1;
  for (const Json& row : json.value("rows", Json::array())) {
    if (!row.contains("method") || !row.contains("cmc")) continue;
    const Json deviation = row.value("deviation", Json::object());
    Json curve = curve_json(
        row.at("method"), "ours",
        points_of(row.at("cmc"), deviation.contains("cmc") ? deviation.at("cmc") : deviation), row);
    for (const char* key : {"group", "dimensions", "fit_seconds", "query_microseconds", "note"})
      if (row.contains(key)) curve[key] = row.at(key);
    if (row.contains("published") && row.at("published").contains("cmc"))
      curve["published"] = points_of(row.at("published").at("cmc"), Json::object());
    if (row.contains("splits")) splits = std::max(splits, row.at("splits").size());
    curves.push_back(curve);
  }
  if (curves.empty()) return absent("cmc", "The table in this folder has no rows yet.");
  return {"cmc", Json({{"curves", curves}, {"splits", splits}, {"table", true}}).dump()};
}

}  // namespace triptych
