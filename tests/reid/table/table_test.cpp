#include "reid/table/table.h"

#include <doctest/doctest.h>

#include "engine/json.h"
#include "reid/table/published.h"

using namespace triptych;

namespace {

// Queries of one split with these first ranks, in a gallery of four people.
Outcome outcome(const std::string& slug, int split, std::vector<std::int32_t> ranks) {
  Outcome made;
  made.slug = slug, made.split = split;
  made.dimensions = 100, made.fit_seconds = 2.0 * split, made.query_microseconds = 7;
  RankingResult result;
  result.gallery = result.gallery_identities = 4;
  result.queries = static_cast<Index>(ranks.size());
  result.first_rank = ranks;
  result.cmc.assign(4, 0);
  for (const std::int32_t rank : ranks)
    for (std::size_t r = static_cast<std::size_t>(rank) - 1; r < 4; ++r)
      result.cmc[r] += 100.0 / static_cast<double>(ranks.size());
  result.map = 50, result.minp = 40;
  made.draws.push_back({result, std::nullopt});
  made.ranked = {split, 4, 4, 4, {}, 0};
  for (const std::int32_t rank : ranks)
    made.ranked.queries.push_back(
        {"image", "identity " + std::to_string(made.ranked.queries.size()), {rank}});
  return made;
}

Method method(const std::string& slug, const std::string& name) {
  Method made;
  made.slug = slug, made.name = name, made.what = "LOMO";
  return made;
}

ResultTable small_table() {
  TableLine xqda{method("lomo-xqda", "XQDA"),
                 {outcome("lomo-xqda", 1, {1, 1, 2, 4}), outcome("lomo-xqda", 2, {1, 2, 2, 3})}};
  TableLine both{method("both", "joined"),
                 {outcome("both", 1, {1, 1, 1, 4}), outcome("both", 2, {1, 1, 2, 3})}};
  both.method.fused = {"lomo-xqda"};
  both.method.note = "a note";
  return {"PRID-450S", "camera", {{"first group", {xqda}}, {"empty group", {}}, {"second group", {both}}}};
}

}  // namespace

TEST_CASE("a line's mean and deviation over its splits, at every rank") {
  const ResultTable table = small_table();
  const TableLine& line = table.groups[0].second[0];
  const CmcCurve curve = line.curve();
  REQUIRE(curve.mean.size() == 4);
  CHECK(curve.mean[0] == doctest::Approx(37.5));  // 50 and 25
  CHECK(curve.deviation[0] == doctest::Approx(25 / std::sqrt(2.0)));
  CHECK(curve.mean[3] == doctest::Approx(100));
  CHECK(line.median(&Outcome::fit_seconds) == 4.0);
  CHECK(line.reverse().empty());
}

TEST_CASE("a gain is paired by split") {
  const ResultTable table = small_table();
  const RankedRun both = ranked_run(table.groups[2].second[0]), xqda = ranked_run(table.groups[0].second[0]);
  CHECK(both.name == "both");
  const PairedGain gain = compare_runs(both, xqda).rank1;
  CHECK(gain.splits == 2);
  CHECK(gain.mean == doctest::Approx(25));  // 75 - 50 and 50 - 25
  CHECK(gain.standard_error == doctest::Approx(0));
}

TEST_CASE("markdown: one table a group, the published figure beside, gains and notes below") {
  const std::string text = markdown(small_table());
  CHECK(text.find("**first group** (2 splits)") != std::string::npos);
  CHECK(text.find("empty group") == std::string::npos);
  CHECK(text.find("| XQDA | LOMO | 37.5 \u00b1 17.7 |") != std::string::npos);
  CHECK(text.find("| 59.8 | 100 |") != std::string::npos);
  CHECK(text.find("joined over XQDA (LOMO): +25.0 points of rank 1, corrected standard error 0.0 over 2 "
                  "splits; p = 0.") != std::string::npos);
  CHECK(text.find("joined: a note.") != std::string::npos);
}

TEST_CASE("table1.json holds every row with its CMC, deviations, costs and each split") {
  Provenance from;
  from.data_hash = "abc";
  const auto json = parse_json(table_json(small_table(), from), "a test");
  REQUIRE(json.at("rows").size() == 2);
  const auto& row = json.at("rows")[0];
  CHECK(row.at("method") == "XQDA");
  CHECK(row.at("cmc").at("1") == doctest::Approx(37.5));
  CHECK(row.at("cmc").at("30") == doctest::Approx(100));
  CHECK(row.at("deviation").at("1") == doctest::Approx(25 / std::sqrt(2.0)));
  CHECK(row.at("published").at("cmc").at("1") == doctest::Approx(59.8));
  CHECK(row.at("splits").size() == 2);
  CHECK(row.at("splits")[1].at("ranks") == nlohmann::json({{1}, {2}, {2}, {3}}));
  CHECK(json.at("tests")[1].at("training_people") == 4);
  CHECK(json.at("tests")[1].at("queries")[3].at("identity") == "identity 3");
  CHECK(row.at("dimensions") == 100);
  CHECK(json.at("data_hash") == "abc");
}

TEST_CASE("published figures are shares that rise with the rank") {
  for (const char* layout : {"PRID-450S", "VIPeR"})
    for (const Published& published : published_for(layout)) {
      CAPTURE(published.slug);
      for (std::size_t i = 1; i < published.cmc.size(); ++i) {
        CHECK(published.cmc[i].first > published.cmc[i - 1].first);
        CHECK(published.cmc[i].second > published.cmc[i - 1].second);
      }
    }
  CHECK(published_for("plain").empty());
}
