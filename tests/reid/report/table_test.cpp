#include "reid/report/table.h"

#include <doctest/doctest.h>

using namespace triptych;

namespace {

Directions directions(double rank1, bool both) {
  Directions d;
  d.forward.cmc[0] = rank1;
  if (both) {
    d.reverse = Scores{};
    d.reverse->cmc[0] = rank1 / 2;
  }
  return d;
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a table has a line for each row and a block for each direction") {
  const TableRow rows[] = {{"untrained", {directions(4, true)}}, {"trained", {directions(42.25, true)}}};
  const std::string table = cmc_table(rows);
  CHECK(contains(table, "rank 30"));
  CHECK(contains(table, "queries -> gallery"));
  CHECK(contains(table, "gallery -> queries"));
  CHECK(contains(table, "42.2"));
  CHECK(contains(table, "21.1"));
  CHECK(!contains(table, "deviation"));
}

TEST_CASE("several splits are shown as mean and deviation; one direction alone has one block") {
  const TableRow rows[] = {{"trained", {directions(40, false), directions(44, false)}}};
  const std::string table = cmc_table(rows);
  CHECK(contains(table, "42.0"));
  CHECK(contains(table, "deviation, 2 splits"));
  CHECK(contains(table, "+-2.8"));
  CHECK(!contains(table, "gallery -> queries"));
}
