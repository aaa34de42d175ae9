#pragma once
#include <string>
#include <vector>

// GPUs as their makers describe them, for estimates without one.
namespace triptych::bench {

struct Card {
  const char* name;          // of --card
  const char* title;         // as it is sold
  const char* architecture;  // whose machine code of this build it runs: "sm_80"
  int multiprocessors;
  double clock;      // Hz, boost
  int lanes;         // multiply-adds that a multiprocessor starts in one cycle
  double bandwidth;  // of its memory, bytes a second
  // Of a multiprocessor.
  int threads, blocks, shared_bytes;
  int reserved_shared_bytes;  // of each block, for the system
};

// Null when the name is unknown.
const Card* find_card(const std::string& name);
std::vector<std::string> card_names();

// How many blocks of a kernel one multiprocessor holds at a time, and what keeps it from holding more.
struct Occupancy {
  int blocks = 0;
  const char* limit = "";  // "threads", "blocks", "registers" or "shared memory"
};
Occupancy occupancy(const Card& card, int block_threads, int registers, int shared_bytes);

}  // namespace triptych::bench
