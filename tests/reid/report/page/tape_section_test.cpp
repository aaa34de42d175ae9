#include "reid/report/page/tape_section.h"

#include <doctest/doctest.h>

#include "engine/json.h"
#include "engine/ops.h"

using namespace triptych;
using Json = nlohmann::json;

TEST_CASE("a tape's nodes come with shapes, bytes, names of parameters, and the lines of their ops") {
  Device device = Device::open("cpu");
  Parameter weight(Tensor::filled(device, {3, 2}, 1));
  Tape tape;
  tape.profile = true;
  const Variable x = tape.input(Tensor::filled(device, {4, 3}, 1));
  const Variable y = sum(matmul(x, use(weight, x)));
  tape.backward(y);
  const Json data = parse_json<Json>(tape_section(tape, {{"tier2.weight", &weight}}).data, "a test");
  REQUIRE(data["nodes"].size() == 4);
  CHECK(data["nodes"][1]["parameter"] == "tier2.weight");
  CHECK(data["nodes"][2]["op"] == "matmul");
  CHECK(data["nodes"][2]["inputs"] == Json({0, 1}));
  CHECK(data["nodes"][2]["shape"] == "[4, 2]");
  CHECK(data["nodes"][2]["bytes"] == 4 * 2 * sizeof(Real));
  CHECK(data["nodes"][0]["gradient"] == false);
  CHECK(data["sources"]["matmul"]["file"] == "engine/ops/linear.cpp");
  CHECK(data["sources"]["matmul"]["formula"] == "c = a b");
}
