#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace triptych::ptx {

// Finds races in shared memory. Beside every word stands who wrote it last, who read it last, and when;
// "when" is a clock that advances at every barrier. Two accesses of different threads, one of them a write,
// race unless something orders them: a barrier of the block between them, or a bar.warp.sync when both are of
// one warp. So the outcome does not depend on the order in which this interpreter happens to run the warps: a
// race is found in any of them.
class Shadow {
 public:
  // `bytes` of shared memory, watched in pieces of `grain` bytes (4, or 1 where kernels access single bytes).
  void prepare(std::size_t bytes, int grain);
  void start_block() { block_started_ = barrier_ = ++clock_; }
  void barrier() { barrier_ = ++clock_; }
  std::uint32_t warp_barrier() { return ++clock_; }  // what the warp remembers as Warp::synced

  // `thread` reads, writes or atomically changes `bytes` bytes at `offset`; `synced` as above. Null when all
  // is well, else what is wrong: "race: ..., " with the other thread's number in `other`, or -1.
  const char* read(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other);
  const char* write(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other);
  const char* change_atomically(std::uint64_t offset, int bytes, int thread, std::uint32_t synced,
                                int& other);

 private:
  static constexpr std::uint16_t atomic_bit = 0x4000;     // the last write was an atomic one
  static constexpr std::uint16_t several_lanes = 0x8000;  // readers: several, of the warp in the lower bits
  static constexpr std::uint16_t several_warps = 0xffff;
  struct Cell {
    std::uint32_t write_time = 0, read_time = 0;
    std::uint16_t writer = 0, reader = 0;
  };
  // Nothing orders what another thread did at `time` before what `thread` does now.
  bool unordered(std::uint32_t time, int other_warp, int warp, std::uint32_t synced) const {
    return time >= barrier_ && (other_warp != warp || time >= synced);
  }
  bool foreign_write(const Cell& cell, int thread, std::uint32_t synced) const;
  bool foreign_read(const Cell& cell, int thread, std::uint32_t synced) const;
  void note_reader(Cell& cell, int thread, std::uint32_t synced);

  std::vector<Cell> cells_;
  int grain_ = 4;
  std::uint32_t clock_ = 0, barrier_ = 0, block_started_ = 0;
};

}  // namespace triptych::ptx
