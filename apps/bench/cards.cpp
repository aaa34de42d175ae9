#include "apps/bench/cards.h"

namespace triptych::bench {
namespace {

// Multiprocessors, clock, lanes and bandwidth: NVIDIA's white papers of the architectures (A100 Tensor Core
// GPU, 2020, for the SXM card of 40 GB; H100 Tensor Core GPU, 2022, for SXM5; Ada GPU, 2022) and the T4's
// data sheet, 2019. Limits of a multiprocessor: CUDA C++ Programming Guide, table "Technical Specifications
// per Compute Capability" (7.5, 8.0, 8.9, 9.0). A 4090 runs the code made for 8.0.
constexpr Card cards[] = {
    {"a100", "A100 SXM", "sm_80", 108, 1.410e9, 64, 1555e9, 2048, 32, 164 << 10, 1 << 10},
    {"h100", "H100 SXM", "sm_90", 132, 1.980e9, 128, 3350e9, 2048, 32, 228 << 10, 1 << 10},
    {"4090", "GeForce RTX 4090", "sm_80", 128, 2.520e9, 128, 1008e9, 1536, 24, 100 << 10, 1 << 10},
    {"t4", "T4", "sm_75", 40, 1.590e9, 64, 320e9, 1024, 16, 64 << 10, 0},
};

constexpr int warp_threads = 32, registers_of_multiprocessor = 65536;
// Registers are given to a warp in units of 256, and warps to the four parts of a multiprocessor in turn.
constexpr int register_unit = 256, parts = 4;
constexpr int shared_unit = 128;

int round_up(int n, int unit) {
  return (n + unit - 1) / unit * unit;
}

}  // namespace

const Card* find_card(const std::string& name) {
  for (const Card& card : cards)
    if (name == card.name) return &card;
  return nullptr;
}

std::vector<std::string> card_names() {
  std::vector<std::string> names;
  for (const Card& card : cards) names.push_back(card.name);
  return names;
}

Occupancy occupancy(const Card& card, int block_threads, int registers, int shared_bytes) {
  const int warps = round_up(block_threads, warp_threads) / warp_threads;
  Occupancy result = {card.threads / (warps * warp_threads), "threads"};
  const auto limit = [&](int blocks, const char* by) {
    if (blocks < result.blocks) result = {blocks, by};
  };
  limit(card.blocks, "blocks");
  if (registers > 0) {
    const int of_warp = round_up(registers * warp_threads, register_unit);
    const int warps_of_part = registers_of_multiprocessor / parts / of_warp;
    limit(warps_of_part * parts / warps, "registers");
  }
  const int shared = round_up(shared_bytes + card.reserved_shared_bytes, shared_unit);
  if (shared > 0) limit(card.shared_bytes / shared, "shared memory");
  return result;
}

}  // namespace triptych::bench
