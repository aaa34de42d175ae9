#include "reid/report/ranked_run.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/json.h"
#include "reid/report/ranked_json.h"
#include "reid/report/table.h"

using namespace triptych;

namespace {

RankedSplit small_test() {
  return {2, 7, 9, 6, {{"a.png", "1", {1}}, {"b.png", "2", {2, 5}}, {"c.png", "3", {}}}, 0};
}

// A folder for a test's files; it goes with the process's own name.
std::filesystem::path folder(const char* name) {
  const auto path = std::filesystem::temp_directory_path() /
                    (std::string("triptych_ranked_") + name + std::to_string(::getpid()));
  std::filesystem::create_directories(path);
  return path;
}

}  // namespace

TEST_CASE("ranked run: every rank survives JSON, alone and beside its test") {
  const RankedSplit split = small_test();
  for (const RankedSplit& read :
       {report::ranked_from_json(report::to_json(split)),
        report::ranked_from_json(report::test_json(split), report::ranks_of(split))}) {
    CHECK(read.split == 2);
    CHECK(read.training_identities == 7);
    CHECK(read.gallery == 9);
    CHECK(read.gallery_identities == 6);
    REQUIRE(read.queries.size() == 3);
    CHECK(read.queries[1].image == "b.png");
    CHECK(read.queries[1].ranks == std::vector<std::int32_t>{2, 5});
    CHECK(read.queries[2].ranks.empty());
    CHECK(read.rank1_of() == 50);  // the third has nobody to be found
  }
  CHECK_THROWS_WITH_AS(report::ranked_from_json(report::test_json(split), report::Json::array({1})),
                       doctest::Contains("split 2 has 3 queries and the ranks of 1"), Error);
}

TEST_CASE("ranked run: lists of numbers take one line, and strings stay as they are") {
  const report::Json json = {
      {"ranks", {{1}, {2, 7}}}, {"text", "[1,\n 2] \"[3, 4]"}, {"curve", {-0.5, 1e-9}}, {"more", {"a", 0.5}}};
  const std::string text = report::with_short_lists(json_dump(json, 2));
  CHECK(text.find("\"ranks\": [[1], [2, 7]],") != std::string::npos);
  CHECK(text.find("\"curve\": [-0.5, 1e-09],") != std::string::npos);
  CHECK(parse_json<report::Json>(text, "a test") == json);
}

TEST_CASE("ranked run: results.json of a folder, and rows of a table with and without ranks") {
  const auto at = folder("files");
  report::Json results = {{"splits", {{{"ranked", report::to_json(small_test())}}}}};
  write_file(at / "results.json", json_dump(results));
  const RankedRun run = read_ranked_run(at.string());
  REQUIRE(run.splits.size() == 1);
  CHECK(run.splits[0].queries.size() == 3);

  report::Json row = {{"slug", "x"}, {"splits", {{{"split", 2}, {"ranks", report::ranks_of(small_test())}}}}};
  report::Json table = {{"rows", {row}}, {"tests", {report::test_json(small_test())}}};
  write_file(at / "table1.json", json_dump(table));
  CHECK(read_ranked_run(at.string() + ":x").splits.at(0).queries.size() == 3);
  CHECK(read_ranked_run((at / "table1.json").string() + ":x").name == (at / "table1.json").string() + ":x");
  CHECK_THROWS_WITH_AS(read_ranked_run(at.string() + ":y"), doctest::Contains("no row y in the table, but x"),
                       Error);
  CHECK_THROWS_WITH_AS(read_ranked_run((at / "table1.json").string()), doctest::Contains("say which row"),
                       Error);

  table["rows"][0]["splits"] = report::Json::array({{{"split", 2}, {"cmc", {{"1", 40.5}}}}});
  table["tests"][0]["queries"] = report::Json::array();
  write_file(at / "table1.json", json_dump(table));
  CHECK(read_ranked_run(at.string() + ":x").splits.at(0).rank1_of() == 40.5);

  write_file(at / "results.json", "{\"splits\": [{\"split\": 1}]}");
  CHECK_THROWS_WITH_AS(read_ranked_run(at.string()), doctest::Contains("does not hold the ranks"), Error);
  CHECK_THROWS_WITH_AS(read_ranked_run((at / "nothing").string()), doctest::Contains("there is no"), Error);
  std::filesystem::remove_all(at);
}

TEST_CASE("ranked run: what compare prints has gains, both errors and p") {
  Comparison gain;
  gain.rank1 = {2.75, 0.8, 2.6, 10};
  CHECK(gain_sentence(gain) == "+2.8 points of rank 1, corrected standard error 2.6 over 10 splits");
  CHECK(comparison_table(gain, "a", "b").find("no paired test") != std::string::npos);
  gain.queries = 2250, gain.identities = 450, gain.rank1_p = 0.0012, gain.only_ours = 200;
  CHECK(gain_sentence(gain).find("; p = 0.0012 (sign-flip test over 450 identities)") != std::string::npos);
  const std::string text = comparison_table(gain, "a", "b");
  CHECK(text.find("rank 1     +2.75              2.60          0.80      0.0012") != std::string::npos);
  CHECK(text.find("200 found at rank 1 by the first alone") != std::string::npos);
  gain.rank1.splits = 1;
  CHECK(gain_sentence(gain).find("error") == std::string::npos);
}
