#include "reid/report/page/training_section.h"

#include <doctest/doctest.h>

#include "engine/file.h"
#include "engine/json.h"
#include "reid/report/records.h"
#include "tests/unique_path.h"

using namespace triptych;
using Json = nlohmann::json;

TEST_CASE("steps become the means of their epochs, and what a kill cut off is passed over") {
  const auto folder = triptych::testing::unique_path("training_section");
  std::string log;
  for (Index step = 0; step < 4; ++step) {
    StepRecord record;
    record.epoch = step / 2, record.step = step, record.loss = static_cast<double>(step);
    if (step >= 2) record.parts = {{"gate", 1.0}};
    log += log_line(record) + "\n";
  }
  EpochRecord epoch;
  epoch.epoch = 1, epoch.distances.same[2] = 3, epoch.distances.different[30] = 4,
  epoch.layers = {{"tier1", 0.5}};
  // Damaged numbers decide no sizes, and what is nested without end is no record.
  log += "{\"epoch\":9007199254740993,\"loss\":1}\n{\"epoch\":-1,\"loss\":1}\n{\"epoch\":\"x\"}\n";
  log += "{\"epoch\":" + std::string(100000, '[') + "\n";
  write_file(folder / "log", log + "{\"epoch\":2,\"st");
  write_file(folder / "epochs", epoch_line(epoch, 4) + "\n");
  write_file(folder / "events", event_line(ValidationRecord{2, 50, 60, 55}, 4) + "\n" +
                                    event_line("collapsed", 4) + "\n" +
                                    "{\"event\":\"em\"}\n{\"event\":7}\n[1]\n");

  const Json data =
      parse_json<Json>(training_section(folder / "log", folder / "epochs", folder / "events").data, "a test");
  CHECK(data["means"]["loss"] == Json({0.5, 2.5}));
  CHECK(data["means"]["gate"] == Json({nullptr, 1.0}));
  REQUIRE(data["records"].size() == 1);
  CHECK(data["records"][0]["same"][2] == 3);
  CHECK(data["records"][0]["layers"]["tier1"] == 0.5);
  CHECK(data["records"][0]["error"] == doctest::Approx(0));
  CHECK(data["validation"][0]["rank1"] == 50);
  CHECK(data["warnings"] == Json({"collapsed"}));
  CHECK(data["em"].empty());
  std::filesystem::remove_all(folder);
}

TEST_CASE("a folder without a log says so") {
  CHECK(parse_json<Json>(training_section("none", "none", "none").data, "a test")["absent"]
            .get<std::string>()
            .find("no log") != std::string::npos);
}
