#include "reid/report/results.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <limits>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/json.h"
#include "reid/options.h"

using namespace triptych;

namespace {

SplitResult split(int number, double rank1) {
  SplitResult result;
  result.split = number, result.queries = 5, result.gallery = 6, result.seconds = 1.5;
  result.scores.forward.cmc = {rank1, 50, 60, 70, 80};
  result.scores.forward.map = 1.0 / 3, result.scores.forward.minp = 2;
  result.scores.reverse = result.scores.forward;
  result.untrained = Directions{};
  result.pixels = Directions{};
  result.ranks = {1, 2, 6};
  result.ranked = {number, 7, 9, 6, {{"cam_b/1.png", "1", {1}}, {"cam_b/2.png", "2", {2, 5}}}, 0};
  result.em = {{1, 40, 0.5, 0.75, std::nullopt}};
  result.validation = {{10, 30, 60, 40}};
  return result;
}

Provenance somewhere() {
  Provenance from;
  from.command = "triptych train --out 'a b'";
  from.options = to_json(Options{});
  from.seed = 18446744073709551615ull;
  from.seconds = 3;
  return from;
}

}  // namespace

TEST_CASE("results.json has the means on top and every split below") {
  const auto json = parse_json(results_json(somewhere(), {split(1, 40), split(2, 44)}), "a test");
  for (const char* rank : {"1", "5", "10", "20", "30"}) CHECK(json.at("cmc").contains(rank));
  CHECK(json.at("cmc").at("1") == 42.0);
  CHECK(json.at("deviation").at("cmc").at("1").get<double>() == doctest::Approx(2.8284271247));
  CHECK(json.at("gallery") == 6);
  CHECK(json.at("splits").size() == 2);
  CHECK(json.at("splits")[1].at("cmc").at("1") == 44.0);
  CHECK(json.at("splits")[0].at("reverse").at("map").get<double>() == doctest::Approx(1.0 / 3));
  CHECK(json.at("splits")[0].at("ranks").size() == 3);
  CHECK(json.at("splits")[0].at("ranked").at("queries")[1].at("ranks")[1] == 5);
  CHECK(json.at("em")[1].at("split") == 2);
  CHECK(json.at("validation")[0].at("rank5") == 60.0);
  CHECK(json.at("seed") == 18446744073709551615ull);
  CHECK(json.at("options").at("epochs") == Options{}.training.epochs);
  for (const char* key : {"map", "minp", "seconds", "command", "commit", "build_flags", "instruction_set",
                          "data_hash", "device", "threads", "protocol", "data"})
    CHECK_MESSAGE(json.contains(key), key);
}

TEST_CASE("one split has no deviation") {
  CHECK(!parse_json(results_json(somewhere(), {split(1, 40)}), "a test").contains("deviation"));
  CHECK_THROWS_AS(results_json(somewhere(), {}), Error);
}

TEST_CASE("a result that is not finite is an error, never a null") {
  SplitResult broken = split(1, 40);
  broken.scores.forward.map = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(results_json(somewhere(), {broken}), doctest::Contains("'map' is nan"), Error);
}

TEST_CASE("splits are read back exactly, and a file that is none is named") {
  const auto file =
      std::filesystem::temp_directory_path() / ("triptych_results_" + std::to_string(getpid()) + ".json");
  const std::string written = results_json(somewhere(), {split(3, 41.7)});
  write_file(file, written);
  const std::vector<SplitResult> back = read_results(file);
  CHECK(results_json(somewhere(), back) == written);
  CHECK(back.at(0).split == 3);
  write_file(file, "{\"splits\": [{}]}");
  CHECK_THROWS_WITH_AS(read_results(file), doctest::Contains(file.filename().c_str()), Error);
  std::filesystem::remove(file);
}

TEST_CASE("galleries that a small file declares are bounded together, before a curve is allocated") {
  nlohmann::json json = parse_json(results_json(somewhere(), {split(1, 40)}), "a test");
  nlohmann::json& draws = json["splits"][0]["draws"];
  const nlohmann::json draw = {{"forward", {{"gallery", 20'000'000}, {"gallery_people", 1}, {"ranks", {1}}}}};
  draws = {draw, draw};
  CHECK_THROWS_WITH_AS(parse_results(json_dump(json), "x"),
                       doctest::Contains("x declares galleries of more than 32000000 images"), Error);
  draws[0]["forward"]["gallery"] = 7, draws[1]["forward"]["gallery"] = 7;
  CHECK(parse_results(json_dump(json), "x").front().draws.size() == 2);
}
