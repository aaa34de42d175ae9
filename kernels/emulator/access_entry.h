#pragma once
#include <algorithm>
#include <cstdint>

namespace triptych::emulator {

// An access to a word of memory as 64 bits; 0 is none.
//   63 .. 32 block   31 .. 22 thread   21, 20 group   19 cached   18 strong   17 .. 4 time   3 .. 0 bytes
// block: of all blocks since the cells were cleared. group: other readers whom the entry stands for, too.
// cached: read through the read-only cache. time: of the block's clock. bytes: which of the word.
using AccessEntry = std::uint64_t;

struct GlobalCell {
  AccessEntry writer = 0, reader = 0;
  std::uint32_t writer_site = 0, reader_site = 0;  // which instructions these were, as in Moment
};

enum class AccessKind : std::uint8_t {
  weak,
  strong,  // volatile or atomic: such accesses do not race with each other
  cached   // ld.global.nc, __ldg: no thread may write there in the whole launch
};

// The running thread, and the times of its block's clock. The clock advances at every barrier, __syncwarp
// and fence.
struct Moment {
  int thread = 0;
  std::uint32_t now = 0;
  std::uint32_t barrier = 0;  // of the last barrier of the block,
  std::uint32_t synced = 0;   // and of the last __syncwarp of the thread
  std::uint32_t site = 0;     // the instruction, by any number that its engine gives it; 0: unknown
};

namespace entry {

constexpr int warp = 32;
constexpr std::uint32_t latest = (1u << 14) - 1;  // of the times that an entry can hold
constexpr AccessEntry strong_bit = 1u << 18, cached_bit = 1u << 19, all_bytes = 15;
enum Group : std::uint64_t { alone, lanes, warps, blocks };

constexpr std::uint64_t block_in(AccessEntry e) {
  return e >> 32;
}
constexpr int thread_in(AccessEntry e) {
  return static_cast<int>(e >> 22 & 1023);
}
constexpr Group group_in(AccessEntry e) {
  return static_cast<Group>(e >> 20 & 3);
}
constexpr std::uint32_t time_in(AccessEntry e) {
  return static_cast<std::uint32_t>(e >> 4 & latest);
}
constexpr unsigned bytes_in(AccessEntry e) {
  return static_cast<unsigned>(e & all_bytes);
}
constexpr AccessEntry with_group(AccessEntry e, Group group) {
  return (e & ~(AccessEntry{3} << 20)) | group << 20;
}
// Of thread 0.
constexpr AccessEntry make(std::uint64_t block, unsigned bytes, AccessKind kind, std::uint32_t now) {
  return block << 32 | (kind == AccessKind::cached ? cached_bit : 0) |
         (kind == AccessKind::strong ? strong_bit : 0) |
         static_cast<AccessEntry>(std::min(now, latest)) << 4 | bytes;
}
constexpr AccessEntry of_thread(AccessEntry e, int thread) {
  return e | static_cast<AccessEntry>(thread) << 22;
}

// Blocks run on several processor cores: halves of a cell are read and written whole.
inline AccessEntry load(const AccessEntry& e) {
  return __atomic_load_n(&e, __ATOMIC_RELAXED);
}
inline void store(AccessEntry& e, AccessEntry value) {
  __atomic_store_n(&e, value, __ATOMIC_RELAXED);
}
// A site is most often there already, and then its cache line stays as it is.
inline void store(std::uint32_t& site, std::uint32_t value) {
  if (__atomic_load_n(&site, __ATOMIC_RELAXED) != value) __atomic_store_n(&site, value, __ATOMIC_RELAXED);
}

// What a cell holds of its readers after `mine`, which comes behind `before`, both of the launch (or, in
// shared memory, of the block) and with bytes in common, or of one thread.
[[gnu::always_inline]] inline AccessEntry both_readers(AccessEntry before, AccessEntry mine,
                                                       std::uint32_t barrier, std::uint32_t synced) {
  // What stays of the readers before: through the cache, which bytes, and whether all of them were strong.
  const AccessEntry kept = (before & (cached_bit | all_bytes)) | (before & mine & strong_bit);
  const Group group = group_in(before);
  if (block_in(before) != block_in(mine) || group == blocks)
    return with_group((before & ~strong_bit) | kept | (mine & (cached_bit | all_bytes)), blocks);
  AccessEntry now = (mine & ~strong_bit) | kept;
  const int other = thread_in(before), thread = thread_in(mine);
  if (time_in(before) >= barrier) {
    if (group == warps || other / warp != thread / warp)
      now = with_group(now, warps);
    else if (time_in(before) >= synced && (group == lanes || other != thread))
      now = with_group(now, lanes);
  }
  return now;
}

}  // namespace entry

// Accesses of whole words by the lanes of a warp where nothing can be wrong: no thread has written the word
// in this launch, and none but the writer has read it. Each function returns false, and has noted nothing,
// where GlobalAccessor has to look.
class QuietAccess {
 public:
  // first: the launch's first block. block: the one that runs.
  QuietAccess(std::uint64_t first, std::uint64_t block, AccessKind kind, const Moment& moment)
      : first_(first << 32),
        mine_(entry::make(block, entry::all_bytes, kind, moment.now)),
        barrier_(moment.barrier),
        synced_(moment.synced),
        site_(moment.site),
        is_cached_(kind == AccessKind::cached) {}

  [[gnu::always_inline]] bool read(GlobalCell& cell, int thread) const {
    const AccessEntry mine = entry::of_thread(mine_, thread), writer = entry::load(cell.writer);
    if (writer >= first_ && (is_cached_ || !is_same_thread(writer, mine))) return false;
    const AccessEntry before = entry::load(cell.reader);
    if (before < first_) {
      entry::store(cell.reader, mine);
    } else if ((before & entry::all_bytes) != entry::all_bytes) {
      return false;
    } else {
      const AccessEntry now = entry::both_readers(before, mine, barrier_, synced_);
      if (now != before) entry::store(cell.reader, now);
    }
    entry::store(cell.reader_site, site_);
    return true;
  }
  [[gnu::always_inline]] bool write(GlobalCell& cell, int thread) const {
    const AccessEntry mine = entry::of_thread(mine_, thread);
    const AccessEntry reader = entry::load(cell.reader), writer = entry::load(cell.writer);
    if (reader >= first_ && ((reader & entry::cached_bit) || !is_same_thread(reader, mine))) return false;
    if (writer >= first_ && !is_same_thread(writer, mine)) return false;
    entry::store(cell.writer, mine);
    entry::store(cell.writer_site, site_);
    return true;
  }

 private:
  // One thread alone, of the block that runs: block, thread and group are the same.
  static bool is_same_thread(AccessEntry e, AccessEntry mine) { return ((e ^ mine) >> 20) == 0; }

  AccessEntry first_, mine_;
  std::uint32_t barrier_, synced_, site_;
  bool is_cached_;
};

}  // namespace triptych::emulator
