#include "apps/bench/cards.h"

#include <doctest/doctest.h>

#include <string>

using namespace triptych::bench;

namespace {

// "4 registers": the blocks that fit, and why no more do.
std::string held(const char* card, int threads, int registers, int shared_bytes) {
  const Occupancy result = occupancy(*find_card(card), threads, registers, shared_bytes);
  return std::to_string(result.blocks) + " " + result.limit;
}

}  // namespace

TEST_CASE("cards: occupancy is what the scarcest resource of a multiprocessor allows") {
  CHECK(held("a100", 256, 32, 0) == "8 threads");
  CHECK(held("a100", 32, 16, 0) == "32 blocks");
  CHECK(held("a100", 256, 64, 0) == "4 registers");   // 32 warps of 2048 registers
  CHECK(held("a100", 256, 128, 0) == "2 registers");  // 16 warps
  CHECK(held("a100", 256, 137, 0) == "1 registers");  // 12 warps, in whole blocks of 8
  CHECK(held("a100", 128, 168, 0) == "3 registers");  // 12 warps, three of each part
  CHECK(held("a100", 64, 168, 0) == "6 registers");
  CHECK(held("a100", 128, 32, 48 << 10) == "3 shared memory");  // 49 KiB each, with the system's, of 164
  CHECK(held("t4", 128, 32, 16 << 10) == "4 shared memory");    // Turing keeps none for itself
  CHECK(held("t4", 1024, 64, 0) == "1 threads");
  CHECK(held("4090", 1024, 32, 0) == "1 threads");
  CHECK(held("h100", 1024, 32, 0) == "2 threads");
  CHECK(held("a100", 33, 16, 0) == "32 threads");  // two warps each
}

TEST_CASE("cards: an unknown name is no card, and all names are") {
  CHECK(find_card("v100") == nullptr);
  CHECK(card_names().size() == 4);
  for (const std::string& name : card_names()) CHECK(find_card(name)->name == name);
}
