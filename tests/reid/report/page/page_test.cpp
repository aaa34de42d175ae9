#include "reid/report/page/page.h"

#include <doctest/doctest.h>

#include <vector>

#include "engine/error.h"
#include "reid/report/page/assets.h"

using namespace triptych;

TEST_CASE("a page holds its style, its scripts and its data, and loads nothing else") {
  const std::vector<Section> sections = {{"run", "{\"command\":\"</script><b>\"}"},
                                         absent("cmc", "Nobody was \"tested\".")};
  const std::string page = page_html("a < b & c", sections, "[]");
  CHECK(page.find("{{") == std::string::npos);
  CHECK(page.find("<title>a &lt; b &amp; c</title>") != std::string::npos);
  CHECK(page.find("sections.tape = ") != std::string::npos);
  CHECK(page.find("{\"absent\":\"Nobody was \\\"tested\\\".\"}") != std::string::npos);
  CHECK(page.find("</script><b>") == std::string::npos);  // the data cannot end its element
  const std::vector<Section> hostile = {{"run", "{\"data\":\"<!--<script>{{style}}\"}"}};
  const std::string other = page_html("{{data}}", hostile, "[]");
  CHECK(other.find("<title>{{data}}</title>") != std::string::npos);  // what is put in holds no marks
  CHECK(other.find("\"\\u003c!--\\u003cscript>{{style}}\"") != std::string::npos);
  for (const char* outside : {"src=\"http", "href=\"http", "@import", "url("})
    CHECK(page.find(outside) == std::string::npos);
}

TEST_CASE("an asset that the program was built without is named") {
  CHECK(asset("reid/report/page/assets/core.js").starts_with("\"use strict\";"));
  CHECK_THROWS_WITH_AS(asset("reid/report/page/assets/none.js"), doctest::Contains("none.js"), Error);
}
