#include "reid/report/page/run_section.h"

#include <doctest/doctest.h>

#include "engine/json.h"

using namespace triptych;
using Json = nlohmann::json;

TEST_CASE("what was run: the provenance without the lists, and the data in numbers") {
  DataSummary summary;
  summary.name = "prid", summary.images = 900, summary.identities = 450;
  const Json data = parse_json<Json>(
      run_section(R"({"command":"triptych train","seed":1,"splits":[{},{}],"ranks":[1,2]})", summary).data,
      "a test");
  CHECK(data["complete"] == true);
  CHECK(data["command"] == "triptych train");
  CHECK(data["splits"] == 2);
  CHECK(!data.contains("ranks"));
  CHECK(data["summary"]["people"] == 450);
}

TEST_CASE("a run without results is not complete, one without data has no summary") {
  const Json data = parse_json<Json>(run_section("", {}).data, "a test");
  CHECK(data["complete"] == false);
  CHECK(!data.contains("summary"));
  CHECK(parse_json<Json>(run_section(std::string(100000, '['), {}).data, "a test")["complete"] == false);
}
