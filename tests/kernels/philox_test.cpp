#include "kernels/philox.h"

#include <doctest/doctest.h>

using namespace triptych;

// The known-answer vectors that the authors publish with Random123 (philox4x32, 10 rounds).
TEST_CASE("Philox: the published answers") {
  CHECK(Philox::generate({0, 0, 0, 0}, 0) == Philox::Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(Philox::generate({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffffull) ==
        Philox::Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(Philox::generate({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822ull) ==
        Philox::Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("Philox: it is a constant expression") {
  static_assert(Philox::generate({0, 0, 0, 0}, 0)[0] == 0x6627e8d5);
  CHECK(Philox::generate({1, 0, 0, 0}, 0) != Philox::generate({0, 0, 0, 0}, 0));
}
