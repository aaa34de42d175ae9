#include "engine/json.h"

#include "tests/engine/helpers.h"

using namespace triptych;

namespace {
std::string complaint_about(const std::string& text, const JsonLimits& limits = {}) {
  return message_of([&] { parse_json(text, "x.json", limits); });
}
}  // namespace

TEST_CASE("JSON: good text is read") {
  CHECK(parse_json(R"({"a": [1, 2.5, "\u00fc]["], "b": {"a": null}})", "x")["a"][1] == 2.5);
  CHECK(parse_json<nlohmann::ordered_json>(R"([{"a": 1}, {"a": 2}])", "x").size() == 2);
}

TEST_CASE("JSON: what is damaged, doubled, too deep or too large is an Error that names the file") {
  CHECK(contains(complaint_about("{\"a\": "), "x.json is not JSON: parse error at line 1"));
  CHECK(contains(complaint_about("\"\xff\""), "x.json is not JSON: "));
  CHECK(contains(complaint_about(R"({"a": {"b": 1, "c": 2, "b": 3}})"), "x.json holds the key 'b' twice"));
  CHECK(
      contains(complaint_about(std::string(65, '[') + std::string(65, ']')), "more than 64 deep at byte 64"));
  CHECK(complaint_about(std::string(64, '[') + std::string(64, ']')).empty());
  CHECK(complaint_about("[\"" + std::string(100, '[') + "\"]").empty());  // brackets of a text do not nest
  CHECK(contains(complaint_about("[1, 2, 3]", {8, 64}), "has 9 bytes of JSON; 8 are allowed"));
}

TEST_CASE("JSON: values have one type, and numbers a range") {
  const auto value = parse_json(
      R"({"i": 3, "big": 18446744073709551615, "f": 1.5, "huge": 1e300, "t": "x", "b": true, "l": [1]})",
      "x");
  CHECK(json_index(value, "i", "x", 0, 3) == 3);
  CHECK(contains(message_of([&] { json_index(value, "i", "x", 0, 2); }), "'i': 3 is out of range"));
  for (const char* key : {"big", "f", "huge", "t", "b", "l"}) {
    CAPTURE(key);
    CHECK(contains(message_of([&] { json_index(value, key, "x"); }), "is not a whole number"));
  }
  CHECK(json_number(value, "f", "x") == 1.5);
  CHECK(contains(message_of([&] { json_number(value, "t", "x"); }), "x: 't': \"x\" is not a number"));
  CHECK(json_text(value, "t", "x") == "x");
  CHECK(contains(message_of([&] { json_text(value, "l", "x"); }), "a list of 1 is not a text"));
  CHECK(contains(message_of([&] { json_text(value, "none", "x"); }), "x: 'none' is missing"));
  CHECK(json_bool(value["b"], "x"));
  CHECK(contains(message_of([&] { json_bool(value["i"], "x"); }), "3 is neither true nor false"));
  CHECK(contains(message_of([&] { json_list(value["i"], "x"); }), "3 is not a list"));
}
