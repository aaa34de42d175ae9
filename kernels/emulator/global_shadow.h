#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernels/emulator/access_entry.h"

// Detects races in global memory, for the emulator and for the PTX interpreter (for the emulator in shared
// memory, too). Each word of 4 bytes has a
// shadow cell with its last writer and its last reader: which block, which thread, when. Two accesses of
// different threads in one launch, at least one of them a write and not both of them atomic or volatile,
// race unless something orders them:
//
//   in one block     a barrier of the block or, in one warp, __syncwarp
//   between blocks   the first thread writes, calls __threadfence() and changes a word atomically (or writes
//                    it as volatile); the second one reads that word atomically (or as volatile), and then
//                    what the first one wrote. A barrier before the fence or behind the reading of that word
//                    extends this to all threads of the block.
//
// This is the memory model of PTX but for one thing: a fence on the reader's side is not demanded. So the
// result does not depend on the order in which threads run here. Two threads that write the same value into
// one word do not race: the result is that value.
namespace triptych::emulator {

// What a fence has made visible: all that its thread had written, and all that the threads of its block had
// written before their last common barrier.
struct Release {
  std::uint64_t block;
  int thread;
  std::uint32_t time, barrier, synced;
  bool device;  // for all blocks; else for its own
};

class GlobalShadow;

// A running block as an accessor of global memory.
class GlobalAccessor {
 public:
  void start(GlobalShadow& shadow, std::uint64_t block_in_launch);

  // The access of some bytes of a word (a mask of 4 bits). Null when nothing is wrong, else the message
  // "race: ..."; `other` is the access that it collides with. Shared memory is another block's after this
  // one: entries of other blocks do not count there.
  const char* read(GlobalCell& cell, unsigned bytes, AccessKind kind, const Moment& moment,
                   AccessEntry& other, bool shared = false);
  const char* write(GlobalCell& cell, unsigned bytes, AccessKind kind, const Moment& moment,
                    AccessEntry& other, bool shared = false);
  // An atomic change, which reads and writes.
  const char* change(GlobalCell& cell, unsigned bytes, const Moment& moment, AccessEntry& other,
                     bool shared = false);

  // __threadfence(), or with device = false __threadfence_block(). The clock must advance behind it.
  void fence(const Moment& moment, bool device);
  // Around a strong access of the word at `address`, in this order, so that who sees the value of another
  // block's write also sees what that block has published: `publish` before it, if it writes (`keeps`: an
  // atomic change, which leaves there what others have published), `acquire` after it, if it reads.
  void publish(std::uint64_t address, bool keeps, const Moment& moment);
  void acquire(std::uint64_t address, const Moment& moment);

  // Which thread of which block of this launch, for messages.
  int thread_of(AccessEntry entry) const { return static_cast<int>(entry >> 22 & 1023); }
  std::uint64_t block_of(AccessEntry entry) const { return (entry >> 32) - first_; }
  bool is_own(AccessEntry entry) const { return entry >> 32 == block_; }
  static bool is_write_after_write(const char* problem);
  // The same message of shared memory, for problems of accesses to an array there.
  static const char* of_shared_memory(const char* problem);
  std::uint64_t number() const { return block_; }
  // The accesses of a warp at this moment, for words where nothing is wrong.
  QuietAccess quiet(AccessKind kind, const Moment& moment) const { return {first_, block_, kind, moment}; }
  // The site of the access that the last problem was about.
  std::uint32_t other_site() const { return other_site_; }

 private:
  struct Acquired {
    Release release;
    int thread;          // who saw it,
    std::uint32_t time;  // and when
  };
  AccessEntry entry(unsigned bytes, AccessKind kind, const Moment& moment) const;
  bool concerns(AccessEntry entry, bool shared) const;
  bool collides(AccessEntry entry, unsigned bytes, bool strong, const Moment& moment, bool shared) const;
  bool is_acquired(AccessEntry entry, const Moment& moment) const;
  bool is_visible(const Acquired& acquired, const Moment& moment) const;
  void note_reader(GlobalCell& cell, AccessEntry mine, const Moment& moment, bool shared) const;

  GlobalShadow* shadow_ = nullptr;
  std::uint32_t other_site_ = 0;
  std::uint64_t block_ = 0, first_ = 0;  // this block, the first block of its launch
  std::unordered_map<int, Release> fences_;
  std::unordered_map<std::uint64_t, std::vector<Acquired>> acquired_;  // by the block that has published
  // What was looked up last there: neighbouring words are most often of one block.
  mutable std::uint64_t last_acquired_block_ = 0;
  mutable const std::vector<Acquired>* last_acquired_ = nullptr;
};

// The cells of all global memory, and what fences have published.
class GlobalShadow {
 public:
  GlobalShadow() = default;
  ~GlobalShadow();
  GlobalShadow(const GlobalShadow&) = delete;
  GlobalShadow& operator=(const GlobalShadow&) = delete;

  struct Range {
    std::uint64_t begin, end;
  };
  // Begins a launch of `blocks` blocks that may access this memory. Only one launch runs at a time.
  void start_launch(std::span<const Range> memory, std::uint64_t blocks);
  // Changes when the numbers of blocks begin anew: cells of other memory must then be cleared.
  std::uint64_t generation() const { return generation_; }
  // The cells of a range that starts there: one for each 4 bytes.
  GlobalCell* cells_at(std::uint64_t begin) const;

 private:
  friend class GlobalAccessor;
  struct Cells {
    std::uint64_t bytes;  // of the memory
    GlobalCell* cells;
    std::size_t mapped;
  };
  void forget_everything();

  std::map<std::uint64_t, Cells> cells_;  // by the start of the memory
  std::uint64_t first_ = 1, next_ = 1;    // blocks: the first of this launch, and the first of the next one

  std::uint64_t generation_ = 1;

  std::mutex mutex_;
  std::atomic<bool> fenced_ = false;  // some thread of this launch
  // What can be acquired at a word: the last release of each thread, by its number among all blocks.
  std::unordered_map<std::uint64_t, std::unordered_map<std::uint64_t, Release>> words_;
};

}  // namespace triptych::emulator
