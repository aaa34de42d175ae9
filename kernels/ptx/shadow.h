#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/ptx/instruction.h"
#include "kernels/ptx/wide.h"

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
  std::uint32_t warp_barrier() { return unsigned_of(++clock_); }  // the new value of Warp::synced
  void fence() { ++clock_; }

  // Times since the block started, for the shadow of global memory.
  std::uint32_t now() const { return unsigned_of(clock_ - block_started_); }
  std::uint32_t last_barrier() const { return unsigned_of(barrier_ - block_started_); }
  std::uint32_t since_start(std::uint32_t synced) const {
    return synced > unsigned_of(block_started_) ? synced - unsigned_of(block_started_) : 0;
  }

  // `thread` reads, writes or atomically changes `bytes` bytes at `offset`; `synced` as above. Null if the
  // access is ordered, else the message "race: ..., "; `other` receives the other thread's number, or -1.
  const char* read(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other);
  const char* write(std::uint64_t offset, int bytes, int thread, std::uint32_t synced, int& other);
  const char* change_atomically(std::uint64_t offset, int bytes, int thread, std::uint32_t synced,
                                int& other);

  // The same where nothing can be wrong, for `words` neighbouring words that a warp reads, each by several
  // lanes, or each by one, or writes, each by one: word i by thread first_thread + lane[i]. The last write,
  // and for a write the last read, too, is older than the last barrier. Returns false, and has noted nothing,
  // where the functions above have to look. Only where cells are words (shadow_words.h).
  bool has_words() const { return grain_ == 4; }
  bool read_by_several(std::uint64_t offset, int words, int first_thread);
  bool read_in_order(std::uint64_t offset, int words, const std::int32_t* lane, int first_thread,
                     std::uint32_t synced);
  bool write_in_order(std::uint64_t offset, int words, const std::int32_t* lane, int first_thread);

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
  // Who has read a word: a thread, several lanes of a warp (with the number of its first thread), or several
  // warps. The bits of warp_bits tell one warp's readers from all others.
  static constexpr std::int32_t several_lanes = 0x8000, several_warps = 0xc000, warp_bits = 0x43e0;
  static constexpr std::int32_t atomic_bit = 0x4000;  // of a writer: the last write was an atomic one
  static constexpr std::int32_t lane_bits = lanes - 1;
  static std::uint32_t unsigned_of(std::int32_t time) { return static_cast<std::uint32_t>(time); }

  // The cells: an array of each property, so that those of neighbouring words are compared together. Times
  // are signed, which vectors compare in one instruction; 0 is never.
  struct Cells {
    std::vector<std::int32_t> write_time, read_time, writer, reader, write_site, read_site;
    std::vector<std::uint8_t> is_under_way;  // the last write is a cp.async, which no thread has waited for
    void assign(std::size_t count);
  };
  std::size_t first_cell(std::uint64_t offset) const { return offset / static_cast<std::uint64_t>(grain_); }
  std::size_t end_cell(std::uint64_t offset, int bytes) const {
    return (offset + static_cast<std::uint64_t>(bytes) + static_cast<std::uint64_t>(grain_) - 1) /
           static_cast<std::uint64_t>(grain_);
  }
  bool is_under_way(std::size_t cell) const {
    return cells_.is_under_way[cell] && cells_.write_time[cell] >= block_started_;
  }
  bool any_under_way(std::size_t first, int words) const;
  // True where every word was written by this block, and before the last barrier.
  bool may_be_read(std::size_t first, int words) const;
  // True if nothing orders an access of another thread at `time` before one that `thread` makes now.
  bool unordered(std::int32_t time, int other, int thread, std::uint32_t synced) const {
    return time >= barrier_ && (other / lanes != thread / lanes || unsigned_of(time) >= synced);
  }
  bool foreign_write(std::size_t cell, int thread, std::uint32_t synced) const;
  bool foreign_read(std::size_t cell, int thread, std::uint32_t synced) const;
  int reader_of(std::size_t cell) const;  // -1: several
  void note_reader(std::size_t cell, int thread, std::uint32_t synced);
  void note_writer(std::size_t cell, std::int32_t writer);
  const char* problem_with_writer(std::size_t cell, const char* problem, int& other);
  const char* problem_with_reader(std::size_t cell, const char* problem, int& other);

  Cells cells_;
  int grain_ = 4, copies_ = 0;  // copies_: cells of copies that are under way
  int site_ = 0, other_site_ = 0;
  std::int32_t clock_ = 0, barrier_ = 0, block_started_ = 0;
};

}  // namespace triptych::ptx
