#include "kernels/emulator/global_shadow.h"

#include <sys/mman.h>

#include <algorithm>
#include <limits>

namespace triptych::emulator {
namespace {

using namespace entry;

constexpr const char* read_after_write =
    "race: reads global memory that another thread has written, and no barrier stands between";
constexpr const char* write_after_write =
    "race: writes global memory that another thread has written, and no barrier stands between";
constexpr const char* write_after_read =
    "race: writes global memory that another thread has read, and no barrier stands between";
constexpr const char* read_of_other_block =
    "race: reads global memory that another block has written, and no __threadfence() with an atomic behind "
    "it orders the two";
constexpr const char* write_over_other_block =
    "race: writes global memory that another block has written, and no __threadfence() with an atomic behind "
    "it orders the two";
constexpr const char* write_after_other_block =
    "race: writes global memory that another block has read, and no __threadfence() with an atomic behind it "
    "orders the two";
constexpr const char* cached_after_write =
    "read-only cache: reads by ld.global.nc (__ldg, or const __restrict__) what a thread of this launch has "
    "written; the cache may hold the old value";
constexpr const char* write_after_cached =
    "read-only cache: writes what a thread of this launch has read by ld.global.nc (__ldg, or const "
    "__restrict__); the cache may hold the old value";

}  // namespace

// ---- a running block --------------------------------------------------------------------------------------

void GlobalAccessor::start(GlobalShadow& shadow, std::uint64_t block_in_launch) {
  shadow_ = &shadow;
  first_ = shadow.first_;
  block_ = first_ + block_in_launch;
  fences_.clear();
  acquired_.clear();
  last_acquired_ = nullptr;
}

bool GlobalAccessor::is_write_after_write(const char* problem) {
  return problem == write_after_write || problem == write_over_other_block;
}

const char* GlobalAccessor::of_shared_memory(const char* problem) {
  if (problem == read_after_write)
    return "race: reads shared memory that another thread has written, and no barrier stands between";
  if (problem == write_after_write)
    return "race: writes shared memory that another thread has written, and no barrier stands between";
  if (problem == write_after_read)
    return "race: writes shared memory that another thread has read, and no barrier stands between";
  return problem;
}

AccessEntry GlobalAccessor::entry(unsigned bytes, AccessKind kind, const Moment& moment) const {
  return of_thread(make(block_, bytes, kind, moment.now), moment.thread);
}

// Whether an entry is of this launch, or, in shared memory, of this block.
bool GlobalAccessor::concerns(AccessEntry entry, bool shared) const {
  return shared ? block_in(entry) == block_ : block_in(entry) >= first_;
}

// Whether nothing orders an earlier access of this launch before one that the thread makes now.
bool GlobalAccessor::collides(AccessEntry earlier, unsigned bytes, bool strong, const Moment& moment,
                              bool shared) const {
  if (!concerns(earlier, shared) || !(bytes_in(earlier) & bytes)) return false;
  if (strong && (earlier & strong_bit)) return false;
  const Group group = group_in(earlier);
  if (block_in(earlier) == block_ && group != blocks) {
    const int other = thread_in(earlier);
    const std::uint32_t time = time_in(earlier);
    if ((group == alone && other == moment.thread) || time < moment.barrier) return false;
    if (group <= lanes && other / warp == moment.thread / warp && time < moment.synced) return false;
    if (time == latest) return false;  // its time is not known
  }
  return acquired_.empty() || !is_acquired(earlier, moment);
}

bool GlobalAccessor::is_visible(const Acquired& a, const Moment& moment) const {
  return a.thread == moment.thread || a.time < moment.barrier ||
         (a.thread / warp == moment.thread / warp && a.time < moment.synced);
}

bool GlobalAccessor::is_acquired(AccessEntry earlier, const Moment& moment) const {
  const Group group = group_in(earlier);
  if (group == blocks) return true;  // whether all of them were seen is not known
  const int thread = thread_in(earlier);
  const std::uint32_t time = time_in(earlier);
  if (!last_acquired_ || last_acquired_block_ != block_in(earlier)) {
    const auto of_block = acquired_.find(block_in(earlier));
    if (of_block == acquired_.end()) return false;
    last_acquired_block_ = block_in(earlier);
    last_acquired_ = &of_block->second;
  }
  return std::ranges::any_of(*last_acquired_, [&](const Acquired& a) {
    const Release& r = a.release;
    if ((!r.device && r.block != block_) || !is_visible(a, moment)) return false;
    return time < r.barrier || (group == alone && thread == r.thread && time <= r.time) ||
           (group <= lanes && thread / warp == r.thread / warp && time < r.synced);
  });
}

void GlobalAccessor::note_reader(GlobalCell& cell, AccessEntry mine, const Moment& moment,
                                 bool shared) const {
  const AccessEntry before = load(cell.reader);
  __atomic_store_n(&cell.reader_site, moment.site, __ATOMIC_RELAXED);
  if (!concerns(before, shared)) return store(cell.reader, mine);
  // One entry cannot hold two threads that read different bytes of the word: the later one stays.
  const bool is_same =
      block_in(before) == block_ && group_in(before) == alone && thread_in(before) == moment.thread;
  if (!(bytes_in(before) & bytes_in(mine)) && !is_same) return store(cell.reader, mine);
  const AccessEntry now = both_readers(before, mine, moment.barrier, moment.synced);
  if (now != before) store(cell.reader, now);
}

const char* GlobalAccessor::read(GlobalCell& cell, unsigned bytes, AccessKind kind, const Moment& moment,
                                 AccessEntry& other, bool shared) {
  const AccessEntry writer = load(cell.writer);
  if (concerns(writer, shared)) {
    other = writer;
    other_site_ = __atomic_load_n(&cell.writer_site, __ATOMIC_RELAXED);
    if (kind == AccessKind::cached && (bytes_in(writer) & bytes)) return cached_after_write;
    if (collides(writer, bytes, kind == AccessKind::strong, moment, shared))
      return is_own(writer) ? read_after_write : read_of_other_block;
  }
  note_reader(cell, entry(bytes, kind, moment), moment, shared);
  return nullptr;
}

const char* GlobalAccessor::write(GlobalCell& cell, unsigned bytes, AccessKind kind, const Moment& moment,
                                  AccessEntry& other, bool shared) {
  const bool strong = kind == AccessKind::strong;
  if (const AccessEntry reader = load(cell.reader); concerns(reader, shared)) {
    other = reader;
    other_site_ = __atomic_load_n(&cell.reader_site, __ATOMIC_RELAXED);
    if ((reader & cached_bit) && (bytes_in(reader) & bytes)) return write_after_cached;
    if (collides(reader, bytes, strong, moment, shared))
      return is_own(reader) && group_in(reader) != blocks ? write_after_read : write_after_other_block;
  }
  const AccessEntry writer = load(cell.writer);
  store(cell.writer, entry(bytes, kind, moment));
  other = writer;
  other_site_ = __atomic_load_n(&cell.writer_site, __ATOMIC_RELAXED);
  __atomic_store_n(&cell.writer_site, moment.site, __ATOMIC_RELAXED);
  if (!collides(writer, bytes, strong, moment, shared)) return nullptr;
  return is_own(writer) ? write_after_write : write_over_other_block;
}

const char* GlobalAccessor::change(GlobalCell& cell, unsigned bytes, const Moment& moment, AccessEntry& other,
                                   bool shared) {
  const AccessEntry writer = load(cell.writer);
  other = writer;
  other_site_ = __atomic_load_n(&cell.writer_site, __ATOMIC_RELAXED);
  if (collides(writer, bytes, true, moment, shared))
    return is_own(writer) ? read_after_write : read_of_other_block;
  return write(cell, bytes, AccessKind::strong, moment, other, shared);
}

// ---- fences -----------------------------------------------------------------------------------------------

void GlobalAccessor::fence(const Moment& moment, bool device) {
  const std::lock_guard lock(shadow_->mutex_);
  shadow_->fenced_ = true;
  fences_[moment.thread] = {block_, moment.thread, moment.now, moment.barrier, moment.synced, device};
}

void GlobalAccessor::acquire(std::uint64_t address, const Moment& moment) {
  if (!shadow_->fenced_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(shadow_->mutex_);
  const auto found = shadow_->words_.find(address / 4);
  if (found == shadow_->words_.end()) return;
  for (const auto& [thread, release] : found->second)
    if (release.block != block_ || release.thread != moment.thread)
      acquired_[release.block].push_back({release, moment.thread, moment.now});
}

void GlobalAccessor::publish(std::uint64_t address, bool keeps, const Moment& moment) {
  if (!shadow_->fenced_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(shadow_->mutex_);
  auto& published = shadow_->words_[address / 4];
  if (!keeps) published.clear();
  const auto add = [&](const Release& release) {
    const std::uint64_t thread = release.block << 10 | static_cast<std::uint64_t>(release.thread);
    const auto [same, fresh] = published.try_emplace(thread, release);
    if (!fresh && same->second.time <= release.time) same->second = release;
  };
  bool fenced = false;
  for (const auto& [thread, release] : fences_)
    if (thread == moment.thread || release.time < moment.barrier) add(release), fenced = true;
  if (fenced)
    for (const auto& [block, all] : acquired_)
      for (const Acquired& a : all)
        if (is_visible(a, moment)) add(a.release);
}

// ---- the cells --------------------------------------------------------------------------------------------

GlobalShadow::~GlobalShadow() {
  for (const auto& [begin, c] : cells_) munmap(c.cells, c.mapped);
}

// Pages that were never touched cost only address space.
void GlobalShadow::forget_everything() {
  for (const auto& [begin, c] : cells_) madvise(c.cells, c.mapped, MADV_DONTNEED);
}

void GlobalShadow::start_launch(std::span<const Range> memory, std::uint64_t blocks_of_launch) {
  constexpr std::size_t most_kept = std::size_t(1) << 30, large = std::size_t(4) << 20;
  std::map<std::uint64_t, Cells> now;
  std::size_t sum = 0;
  for (const Range& range : memory) {
    const std::uint64_t bytes = range.end - range.begin;
    if (bytes == 0) continue;
    Cells cells{bytes, nullptr, (bytes / 4 + 2) * sizeof(GlobalCell)};
    if (const auto old = cells_.find(range.begin); old != cells_.end() && old->second.bytes == bytes) {
      cells = old->second;
      cells_.erase(old);
    } else {
      void* const mapping = mmap(nullptr, cells.mapped, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (mapping == MAP_FAILED) continue;  // no cells: not checked
      // Six times as many bytes as the memory: with small pages the processor would look for their places.
      if (cells.mapped >= large) madvise(mapping, cells.mapped, MADV_HUGEPAGE);
      cells.cells = static_cast<GlobalCell*>(mapping);
    }
    sum += cells.mapped;
    now[range.begin] = cells;
  }
  for (const auto& [begin, c] : cells_) munmap(c.cells, c.mapped);
  cells_ = std::move(now);
  // Entries of earlier launches are older than first_ and have no effect: they are cleared only where the
  // numbers of blocks would run out, or the cells are so many that their memory is worth more.
  if (sum > most_kept || next_ + blocks_of_launch > std::numeric_limits<std::uint32_t>::max()) {
    forget_everything();
    next_ = 1;
    ++generation_;
  }
  first_ = next_;
  next_ += blocks_of_launch;
  fenced_ = false;
  words_.clear();
}

GlobalCell* GlobalShadow::cells_at(std::uint64_t begin) const {
  const auto found = cells_.find(begin);
  return found == cells_.end() ? nullptr : found->second.cells;
}

}  // namespace triptych::emulator
