#include "apps/config_file.h"

#include <doctest/doctest.h>

#include "engine/error.h"

using namespace triptych;

namespace {
std::vector<std::string> value_of(const std::string& line) {
  return parse_config(line, "x.toml").front().values;
}
void refused(const std::string& text, const char* reason) {
  CAPTURE(text);
  CHECK_THROWS_WITH_AS(parse_config(text, "x.toml"), doctest::Contains(reason), Error);
}
}  // namespace

TEST_CASE("config files: numbers, words, texts, lists, comments") {
  using Values = std::vector<std::string>;
  CHECK(value_of("a = 1.5e-3 # a comment") == Values{"1.5e-3"});
  CHECK(value_of("a=true\r\n") == Values{"true"});
  CHECK(value_of("data = \"a # b \\\" \\\\ \\n\"") == Values{"a # b \" \\ \n"});
  CHECK(value_of("data = 'C:\\x # y'") == Values{"C:\\x # y"});
  CHECK(value_of("channels = [4, 8 , \"16\", ]") == Values{"4", "8", "16"});
  CHECK(value_of("channels = []").empty());
  CHECK(value_of("start = \"\"") == Values{""});
  CHECK(parse_config("# only a comment\n\n  b-c = x y  \n", "x").front().key == "b-c");
}

TEST_CASE("config files: what is wrong is named with its file and line") {
  refused("a = 1\nb", "x.toml, line 2, is not of the form name = value");
  refused("a = 1\na = 2", "x.toml, line 2: 'a' stands there twice");
  refused("a =", "has no value");
  refused("a = \"x", "without its closing quote");
  refused("a = 'x", "without its closing quote");
  refused("a = \"\\q\"", "an escape other than");
  refused("a = \"x\" y", "goes on behind its value");
  refused("a = [1 2", "without a comma or an end");
  refused("a = " + std::string(200000, '['), "lists are one level deep");
  refused(std::string(200000, '['), "begins a table");
  refused("[training]\nepochs = 3", "begins a table");
  refused("a = \"\xff\"", "not UTF-8");
}

TEST_CASE("config files: what is written is read as it was") {
  for (const char* value : {"", "1", "-1.5e-3", "true", "e", "-", "a b", "#", "a\"b'c\\", "<!--<script>",
                            "{{data}}", "\n\r\t", "[1]", "M\xc3\xbcller"}) {
    CAPTURE(value);
    CHECK(value_of("key=" + config_value(value)).front() == value);
  }
  CHECK(config_value("0.001") == "0.001");
  CHECK(config_value("synthetic:12") == "\"synthetic:12\"");
}
