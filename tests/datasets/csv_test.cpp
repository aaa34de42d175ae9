#include "datasets/csv.h"

#include "engine/text.h"
#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

using Fields = std::vector<std::string>;

std::vector<Fields> fields_of(const std::string& text) {
  std::vector<Fields> fields;
  for (const CsvRecord& record : parse_csv(text, "x.csv")) fields.push_back(record.fields);
  return fields;
}

}  // namespace

TEST_CASE("CSV: plain and quoted fields, either line ending, a byte order mark, no line end after the last") {
  CHECK(fields_of("a,b\n1,2\n") == std::vector<Fields>{{"a", "b"}, {"1", "2"}});
  CHECK(fields_of("\xEF\xBB\xBF"
                  "a,b\r\n1,\r\n") == std::vector<Fields>{{"a", "b"}, {"1", ""}});
  CHECK(fields_of("\"a,b\",\"say \"\"x\"\"\"\n\n,\n") == std::vector<Fields>{{"a,b", "say \"x\""}, {"", ""}});
  CHECK(fields_of("\"\"\n").empty());
  CHECK(fields_of("").empty());
  CHECK(fields_of("a,\"b\"\r\nc") == std::vector<Fields>{{"a", "b"}, {"c"}});
}

TEST_CASE("CSV: records know their line, also after a quoted line break") {
  const auto records = parse_csv("a\n\"b\nb\"\n\nc\n", "x.csv");
  REQUIRE(records.size() == 3);
  CHECK(records[1].line == 2);
  CHECK(records[1].fields[0] == "b\nb");
  CHECK(records[2].line == 5);
}

TEST_CASE("CSV: what is wrong with the quotes is said with the line") {
  CHECK(contains(complaint([] { parse_csv("a\nb,\"c\nd", "x.csv"); }), "x.csv, line 2: a quote is opened"));
  CHECK(contains(complaint([] { parse_csv("a\nb\"c\n", "x.csv"); }), "x.csv, line 2: a quote in the middle"));
  CHECK(
      contains(complaint([] { parse_csv("a\n\"b\"c\n", "x.csv"); }), "x.csv, line 2: after a closing quote"));
}

TEST_CASE("CSV: a field is quoted where it must be and read back") {
  for (const std::string text : {"plain", "with space", "a,b", "a\"b", "a\nb", "a\rb", ""})
    CHECK(fields_of("x," + csv_field(text) + "\n") == std::vector<Fields>{{"x", text}});
}
