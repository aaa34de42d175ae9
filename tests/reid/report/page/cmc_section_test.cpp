#include "reid/report/page/cmc_section.h"

#include <doctest/doctest.h>

#include "engine/json.h"

using namespace triptych;
using Json = nlohmann::json;

namespace {

// Two splits of four queries: one finds 2 of 4 at rank 1, 3 at rank 2, the other all four.
Json results(int gallery) {
  const Json scores = {{"cmc", {{"1", 25.0}, {"5", 50.0}}}, {"map", 30.0}, {"minp", 20.0}};
  return {{"map", 60.0},
          {"minp", 50.0},
          {"queries", 4},
          {"gallery", gallery},
          {"splits",
           {{{"gallery", gallery},
             {"cmc", {{"1", 50.0}}},
             {"curve", {50.0, 75.0, 100.0}},
             {"map", 50.0},
             {"reverse", {{"cmc", {{"1", 25.0}}}, {"curve", {25.0, 50.0}}, {"map", 40.0}}},
             {"pixels", scores}},
            {{"gallery", gallery},
             {"cmc", {{"1", 100.0}}},
             {"curve", {100.0, 100.0, 100.0}},
             {"map", 70.0},
             {"reverse", {{"cmc", {{"1", 75.0}}}, {"curve", {75.0, 100.0}}, {"map", 80.0}}}}}}};
}

}  // namespace

TEST_CASE("a run's curves have every rank, means and deviations over the splits, and both directions") {
  const Json data = parse_json<Json>(cmc_section_of_run(json_dump(results(225)), "plain").data, "a test");
  REQUIRE(data["curves"].size() == 3);  // no untrained network was kept
  const Json& curve = data["curves"][0];
  CHECK(curve["name"] == "trained network");
  REQUIRE(curve["points"].size() == 3);
  CHECK(curve["points"][0][1] == doctest::Approx(75));
  CHECK(curve["points"][0][2].get<double>() == doctest::Approx(35.3553));
  CHECK(curve["points"][1][1] == doctest::Approx(87.5));
  CHECK(curve["map"] == 60.0);
  const Json& back = data["curves"][1];
  CHECK(back["name"] == "trained network, gallery to queries");
  CHECK(back["reverse"] == true);
  CHECK(back["points"][1][1] == doctest::Approx(75));
  CHECK(back["map"] == 60.0);
  CHECK(data["curves"][2]["name"] == "raw pixels, L2");  // of one split, without a curve: the ranks there are
  CHECK(data["curves"][2]["points"] == Json({{1, 25.0, nullptr}, {5, 50.0, nullptr}}));
}

TEST_CASE("the paper's figures stand beside a run like the paper's, and no other") {
  const auto published = [](const Section& section) {
    int count = 0;
    const Json data = parse_json<Json>(section.data, "a test");
    for (const Json& curve : data["curves"]) count += curve["kind"] == "published";
    return count;
  };
  CHECK(published(cmc_section_of_run(json_dump(results(225)), "PRID-450S")) == 3);
  CHECK(published(cmc_section_of_run(json_dump(results(12)), "PRID-450S")) == 0);
  CHECK(published(cmc_section_of_run(json_dump(results(225)), "VIPeR")) == 0);
  CHECK(published(cmc_section_of_run(json_dump(results(316)), "VIPeR")) == 2);
  CHECK(published(cmc_section_of_run(json_dump(results(225)), "plain")) == 0);
}

TEST_CASE("a table is read leniently: rows without a curve are passed over") {
  const Json table = {{"rows",
                       {{{"method", "KISSME"},
                         {"cmc", {{"1", 33.0}, {"20", 79.0}}},
                         {"deviation", {{"1", 2.0}}},
                         {"published", {{"cmc", {{"1", 31.0}}}}}},
                        {{"method", "to come"}},
                        {{"note", "nothing"}}}}};
  const Json data = parse_json<Json>(cmc_section_of_table(json_dump(table)).data, "a test");
  REQUIRE(data["curves"].size() == 1);
  CHECK(data["curves"][0]["points"] == Json({{1, 33.0, 2.0}, {20, 79.0, nullptr}}));
  CHECK(data["curves"][0]["published"][0][1] == 31.0);
  CHECK(parse_json<Json>(cmc_section_of_table("{}").data, "a test").contains("absent"));
}

TEST_CASE("results and tables that are damaged, or nested without end, are told as such") {
  const std::string deep(100000, '[');
  const auto absent = [](const Section& section) {
    return parse_json<Json>(section.data, "a test").value("absent", "nothing is absent");
  };
  CHECK(absent(cmc_section_of_run("{\"splits\":" + deep, "plain")).find("no results") != std::string::npos);
  CHECK(absent(cmc_section_of_table("{\"rows\":" + deep)).find("no JSON") != std::string::npos);
  CHECK(absent(cmc_section_of_run(R"({"splits": [{"cmc": {"1": "x"}}]})", "plain")).find("is damaged") !=
        std::string::npos);
  CHECK(absent(cmc_section_of_table(R"({"rows": [{"method": 3, "cmc": {"1": 2}}]})")).find("is damaged") !=
        std::string::npos);
}
