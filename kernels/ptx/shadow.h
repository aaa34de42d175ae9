#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/ptx/instruction.h"

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
  void fence() { ++clock_; }

  // Times since the block started, for the shadow of global memory.
  std::uint32_t now() const { return clock_ - block_started_; }
  std::uint32_t last_barrier() const { return barrier_ - block_started_; }
  std::uint32_t since_start(std::uint32_t synced) const {
    return synced > block_started_ ? synced - block_started_ : 0;
  }

  // `thread` reads, writes or atomically changes `bytes` bytes at `offset`; `synced` as above. Null if the
  // access is ordered, else the message "race: ..., "; `other` receives the other thread's number, or -1.
  const char* read(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other);
  const char* write(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other);
  const char* change_atomically(std::uint64_t offset, int bytes, int thread, std::uint32_t synced,
                                int& other);
  // The same where nothing can be wrong, for all lanes of a warp that read one address, or for the only one
  // that writes it: the last write, and for a write the last read, too, is older than the last barrier.
  // Returns false where the functions above have to look.
  bool read_in_order(std::uint64_t offset, int bytes, int thread, bool several, std::uint32_t synced) {
    const auto grain = static_cast<std::uint64_t>(grain_);
    for (std::uint64_t at = offset; at < offset + static_cast<std::uint64_t>(bytes); at += grain) {
      Cell& cell = cells_[at / grain];
      if (cell.write_time >= barrier_ || cell.write_time < block_started_ || cell.is_under_way) return false;
      const auto several_readers = static_cast<std::uint16_t>(several_lanes | (thread / lanes));
      if (!several)
        note_reader(cell, thread, synced);
      else if (cell.read_time < barrier_ || cell.reader == several_readers)
        cell.reader = several_readers;
      else
        cell.reader = is_of_warp(cell.reader, thread / lanes) ? several_readers : several_warps;
      cell.read_time = clock_;
      cell.read_site = site_;
    }
    return true;
  }
  bool write_in_order(std::uint64_t offset, int bytes, int thread) {
    const auto grain = static_cast<std::uint64_t>(grain_);
    const std::uint64_t end = offset + static_cast<std::uint64_t>(bytes);
    for (std::uint64_t at = offset; at < end; at += grain) {
      const Cell& cell = cells_[at / grain];
      if (cell.write_time >= barrier_ || cell.read_time >= barrier_ || cell.is_under_way) return false;
    }
    for (std::uint64_t at = offset; at < end; at += grain) {
      Cell& cell = cells_[at / grain];
      cell.write_time = clock_;
      cell.write_site = site_;
      cell.writer = static_cast<std::uint16_t>(thread);
    }
    return true;
  }

  // A cp.async to there begins, after its write, and has arrived; meanwhile every access is a problem.
  void begin_copy(std::uint64_t offset, int bytes, int thread);
  void end_copy(std::uint64_t offset, int bytes);

  // The instruction that makes the next accesses, by any number; and that of the access that the last problem
  // was about.
  void set_site(int site) { site_ = site; }
  int other_site() const { return other_site_; }
  // Whether a message is about two writes, and so void where both write the same value.
  static bool is_write_after_write(const char* problem);
  static const char* const never_written;

 private:
  static constexpr std::uint16_t atomic_bit = 0x4000;     // the last write was an atomic one
  static constexpr std::uint16_t several_lanes = 0x8000;  // several readers, of the warp in the lower bits
  static constexpr std::uint16_t several_warps = 0xffff;
  struct Cell {
    std::uint32_t write_time = 0, read_time = 0;
    std::uint16_t writer = 0, reader = 0;
    int write_site = 0, read_site = 0;
    bool is_under_way = false;  // the last write is a cp.async, which nobody has waited for
  };
  bool is_under_way(const Cell& cell) const { return cell.is_under_way && cell.write_time >= block_started_; }
  // True if nothing orders an access of another thread at `time` before one that `thread` makes now.
  bool unordered(std::uint32_t time, int other_warp, int warp, std::uint32_t synced) const {
    return time >= barrier_ && (other_warp != warp || time >= synced);
  }
  static bool is_of_warp(std::uint16_t reader, int warp) {
    if (reader == several_warps) return false;
    return (reader & several_lanes ? reader & ~several_lanes : reader / lanes) == warp;
  }
  bool foreign_write(const Cell& cell, int thread, std::uint32_t synced) const;
  bool foreign_read(const Cell& cell, int thread, std::uint32_t synced) const;
  void note_reader(Cell& cell, int thread, std::uint32_t synced);

  std::vector<Cell> cells_;
  int grain_ = 4;
  int site_ = 0, other_site_ = 0;
  std::uint32_t clock_ = 0, barrier_ = 0, block_started_ = 0;
};

}  // namespace triptych::ptx
