#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace triptych::ptx {

// Detects races in shared memory. Each word has a shadow cell with its last writer, its last reader and their
// times, on a clock that advances at every barrier. Two accesses of different threads, at least one of them a
// write, race unless they are ordered by a barrier of the block between them, or by a bar.warp.sync if both
// threads are in one warp. So the result does not depend on the order in which this interpreter runs the
// warps.
class Shadow {
 public:
  // Watches `bytes` of shared memory in cells of `grain` bytes (4, or 1 where kernels access single bytes).
  void prepare(std::size_t bytes, int grain);
  void start_block() { block_started_ = barrier_ = ++clock_; }
  void barrier() { barrier_ = ++clock_; }
  std::uint32_t warp_barrier() { return ++clock_; }  // the new value of Warp::synced

  // `thread` reads, writes or atomically changes `bytes` bytes at `offset`; `synced` as above. Null if the
  // access is ordered, else the message "race: ..., "; `other` receives the other thread's number, or -1.
  const char* read(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other);
  const char* write(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other);
  const char* change_atomically(std::uint64_t offset, int bytes, int thread, std::uint32_t synced,
                                int& other);

 private:
  static constexpr std::uint16_t atomic_bit = 0x4000;     // the last write was an atomic one
  static constexpr std::uint16_t several_lanes = 0x8000;  // several readers, of the warp in the lower bits
  static constexpr std::uint16_t several_warps = 0xffff;
  struct Cell {
    std::uint32_t write_time = 0, read_time = 0;
    std::uint16_t writer = 0, reader = 0;
  };
  // True if nothing orders an access of another thread at `time` before one that `thread` makes now.
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
