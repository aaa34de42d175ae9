#include "engine/text.h"

#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("UTF-8: what is well-formed and what is not") {
  for (const char* good : {"", "a", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
    CHECK(is_utf8(good));
  // A lone continuation, a start alone, overlong forms, a surrogate, beyond U+10FFFF, Latin-1.
  for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xff", "m\xfcller"})
    CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("texts with control characters or other bytes are named, and shown in one line") {
  CHECK(text_fault("a b/c#,\"<!--\xc3\xbc").empty());
  CHECK(text_fault("a\nb") == "holds the control character \\n");
  CHECK(text_fault("a\rb") == "holds the control character \\r");
  CHECK(text_fault(std::string("a\0b", 3)) == "holds the control character \\x00");
  CHECK(text_fault("m\xfcller") == "holds bytes that are not UTF-8");
  CHECK(shown("m\xfcller\n\x1b[2J\xc3\xbc") == "m\\xfcller\\n\\x1b[2J\xc3\xbc");
}

TEST_CASE("fields of a table follow RFC 4180") {
  CHECK(csv_field("plain text") == "plain text");
  CHECK(csv_field("a,b") == "\"a,b\"");
  CHECK(csv_field("a\rb") == "\"a\rb\"");
  CHECK(csv_field("say \"a\"\n") == "\"say \"\"a\"\"\n\"");
}
