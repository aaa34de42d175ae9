#pragma once
#include <string>
#include <vector>

#include "kernels/ptx/block.h"
#include "kernels/ptx/memory.h"

namespace triptych::ptx {

// The lanes of an instruction that access memory in one space.
struct Request {
  const std::uint64_t* addresses;
  Mask mask;
  int bytes;
  RequestShape& shape;
  std::uint64_t base() const { return addresses[__builtin_ctz(mask)]; }
  std::uint64_t low() const { return base() + shape.lowest(); }
  std::uint64_t high() const { return base() + shape.highest(); }
};

// Looks for races with what the shadows know of earlier accesses, of the lanes `left`, one by one: the first
// one ends the launch, or all are noted where findings are collected.
void check_races(Warp& warp, const Access& access, const Request& request, Purpose purpose, Mask left);
void check_global_races(Warp& warp, const Access& access, const Request& request, Purpose purpose, Mask left);
// Where findings are collected: whether a store is that of an update which began with an earlier load.
void watch_update(Warp& warp, Mask mask, Purpose purpose, const std::uint64_t* addresses);

// "12 bytes past the end of tile_a": names the array nearest to an offset in shared or local memory.
std::string nearest_array(const std::vector<Placement>& arrays, std::uint64_t offset);

}  // namespace triptych::ptx
