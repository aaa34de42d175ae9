#include "engine/sha256.h"

#include <doctest/doctest.h>

using namespace triptych;

TEST_CASE("SHA-256: the examples of FIPS 180-4, and a million bytes in pieces of any size") {
  const auto of = [](const std::string& text) { return Sha256().add(text.data(), text.size()).hex(); };
  CHECK(of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  const std::string million(1000000, 'a');
  const std::string expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
  for (const std::size_t piece : {std::size_t(1), std::size_t(63), std::size_t(64), std::size_t(1000)}) {
    Sha256 hash;
    for (std::size_t at = 0; at < million.size(); at += piece)
      hash.add(million.data() + at, std::min(piece, million.size() - at));
    CHECK(hash.hex() == expected);
  }
}

TEST_CASE("texts of another length are another input, though their bytes follow each other alike") {
  CHECK(Sha256().add("ab").add("c").hex() != Sha256().add("a").add("bc").hex());
  CHECK(Sha256().add(std::uint64_t(1)).hex() != Sha256().add(std::uint64_t(256)).hex());
}
