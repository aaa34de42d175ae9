#include "reid/report/page/base64.h"

#include <doctest/doctest.h>

using namespace triptych;

TEST_CASE("base64: the examples of RFC 4648") {
  const auto of = [](std::string_view text) {
    return base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  CHECK(of("") == "");
  CHECK(of("f") == "Zg==");
  CHECK(of("fo") == "Zm8=");
  CHECK(of("foo") == "Zm9v");
  CHECK(of("foobar") == "Zm9vYmFy");
  CHECK(of("\xff\xff\xfe") == "///+");
}
