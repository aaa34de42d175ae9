#include "reid/report/page/cmc_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/json.h"
#include "reid/report/json.h"
#include "reid/table/published.h"

namespace triptych {

using report::Json;

namespace {

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

// The shares of one split by rank: every rank of its curve, or those that older results have.
std::map<int, double> shares_of(const Json& scores) {
  std::map<int, double> shares;
  if (scores.contains("curve"))
    for (const Json& share : scores.at("curve")) shares[static_cast<int>(shares.size()) + 1] = share;
  else
    for (const auto& [rank, share] : scores.at("cmc").items()) shares[std::atoi(rank.c_str())] = share;
  return shares;
}

// Mean and deviation over the splits, at the ranks that all of them have, with the means of mAP and mINP.
Json curve_over(const std::vector<const Json*>& splits, const std::string& name) {
  std::map<int, std::vector<double>> by_rank;
  for (const Json* scores : splits)
    for (const auto& [rank, share] : shares_of(*scores)) by_rank[rank].push_back(share);
  Json points = Json::array();
  for (const auto& [rank, shares] : by_rank) {
    if (shares.size() < splits.size()) continue;
    const MeanDeviation over = mean_deviation(shares);
    points.push_back({rank, over.mean, shares.size() > 1 ? Json(over.deviation) : Json(nullptr)});
  }
  Json means = Json::object();
  for (const char* number : {"map", "minp"}) {
    std::vector<double> values;
    for (const Json* scores : splits)
      if (scores->contains(number)) values.push_back(scores->at(number));
    if (!values.empty()) means[number] = mean_deviation(values).mean;
  }
  return curve_json(name, "ours", points, means);
}

// A method of results.json in both directions; `key` is empty for the network itself, whose scores are the
// split's own.
void add_directions(const Json& splits, const char* key, const std::string& name, Json& curves) {
  std::vector<const Json*> there, back;
  for (const Json& split : splits) {
    if (*key && !split.contains(key)) continue;
    const Json& scores = *key ? split.at(key) : split;
    if (scores.contains("cmc")) there.push_back(&scores);
    if (scores.contains("reverse")) back.push_back(&scores.at("reverse"));
  }
  if (!there.empty()) curves.push_back(curve_over(there, name));
  if (back.empty()) return;
  curves.push_back(curve_over(back, name + ", gallery to queries"));
  curves.back()["reverse"] = true;
}

// The published curves of the network, of the best other method of the paper's table, and of a simple one.
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

Section section_of_run(const Json& json, const std::string& layout) {
  const Json& splits = json.at("splits");
  Json curves = Json::array();
  add_directions(splits, "", "trained network", curves);
  add_directions(splits, "untrained", "untrained network", curves);
  add_directions(splits, "pixels", "raw pixels, L2", curves);
  if (json.value("gallery", 0) == published_gallery(layout))
    for (const Json& curve : published_curves(layout)) curves.push_back(curve);
  const Json data = {{"curves", curves},
                     {"splits", splits.size()},
                     {"queries", json.value("queries", 0)},
                     {"gallery", json.value("gallery", 0)}};
  return {"cmc", json_dump(data)};
}

Section section_of_table(const Json& json) {
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
  return {"cmc", json_dump(Json({{"curves", curves}, {"splits", splits}, {"table", true}}))};
}

}  // namespace

// A value of another type than this program writes is found where it is used.
Section cmc_section_of_run(const std::string& results, const std::string& layout) {
  const auto json = report::lenient_object(results);
  if (!json || !json->contains("splits") || json->at("splits").empty())
    return absent("cmc", "The results.json of this folder holds no results of a run.");
  try {
    return section_of_run(*json, layout);
  } catch (const Json::exception& error) {
    return absent("cmc", fmt::format("The results.json of this folder is damaged ({}).", error.what()));
  }
}

Section cmc_section_of_table(const std::string& table) {
  const auto json = report::lenient_object(table);
  if (!json) return absent("cmc", "The table in this folder cannot be read: it is no JSON.");
  try {
    return section_of_table(*json);
  } catch (const Json::exception& error) {
    return absent("cmc", fmt::format("The table in this folder is damaged ({}).", error.what()));
  }
}

}  // namespace triptych
