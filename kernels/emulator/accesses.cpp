// The accesses of a block's threads to global and shared memory, as instrumented kernels announce them.
#include <algorithm>
#include <cstring>

#include "kernels/emulator/block.h"
#include "kernels/emulator/memory.h"
#include "kernels/emulator/signals.h"
#include "kernels/emulator/symbols.h"

namespace triptych::emulator {
namespace {

std::uint64_t number(const void* address) {
  return reinterpret_cast<std::uint64_t>(address);
}

// The range of `sorted` that holds the address, or has it in its slack; null if there is none.
const WatchedRange* find(const std::vector<WatchedRange>& sorted, std::uint64_t address) {
  const auto after = std::ranges::upper_bound(sorted, address, {}, &WatchedRange::low);
  if (after == sorted.begin() || address >= (after - 1)->limit) return nullptr;
  return &*(after - 1);
}

// threadIdx and its companions, which every kernel reads all the time.
bool is_index_variable(std::uint64_t address) {
  const auto inside = [address](const auto& variable) {
    return address - number(&variable) < sizeof variable;
  };
  return inside(threadIdx) || inside(blockIdx) || inside(blockDim) || inside(gridDim);
}

std::string triple(std::uint64_t n, dim3 size) {
  return "(" + std::to_string(n % size.x) + "," + std::to_string(n / size.x % size.y) + "," +
         std::to_string(n / size.x / size.y) + ")";
}

constexpr const char* never_written =
    "uninitialised: reads shared memory that no thread of this block has written yet";
constexpr const char* still_copied =
    "race: touches shared memory into which cp.async is copying: the thread that began the copy has not "
    "waited for it (cp.async.wait_group)";
constexpr const char* never_filled =
    "uninitialised: reads device memory that neither a copy nor a kernel has written";

}  // namespace

// Static shared arrays are at fixed addresses of an OS thread.
void Block::watch_shared_memory() {
  std::size_t cells = 0;
  shared_ranges_.clear();
  const auto watch = [&](const void* begin, std::size_t bytes, std::size_t slack) {
    if (bytes == 0) return;
    shared_ranges_.push_back(
        {number(begin), number(begin), number(begin) + bytes, number(begin) + bytes + slack, nullptr});
    cells += bytes / 4 + 2;
  };
  // g++ keeps beside an array of __half whether its constructors, which do nothing, have been called.
  std::vector<std::uint64_t> guards;
  for (const SharedArray& array : all_shared_arrays()) {
    watch(address_on_this_thread(array), array.bytes, 0);
    if (array.name.starts_with("_ZGV")) guards.push_back(number(address_on_this_thread(array)));
  }
  watch(dynamic_shared_, dynamic_shared_bytes_, dynamic_shared_slack);
  shared_cells_.assign(cells, GlobalCell{});
  is_under_way_.assign(cells, 0);
  std::ranges::sort(shared_ranges_, {}, &WatchedRange::low);
  GlobalCell* next = shared_cells_.data();
  for (WatchedRange& range : shared_ranges_) {
    range.cells = std::ranges::count(guards, range.begin) ? nullptr : next;
    next += (range.end - range.begin) / 4 + 2;
  }
}

const WatchedRange* Block::watched(std::uint64_t address) {
  if (last_range_ && address - last_range_->begin < last_range_->end - last_range_->begin) return last_range_;
  if (is_index_variable(address)) return nullptr;
  const Stack& stack = threads_[current_].stack;
  if (address - number(stack.low) < static_cast<std::uint64_t>(stack.high - stack.low)) return nullptr;
  const WatchedRange* found = find(shared_ranges_, address);
  if (!found && global_ranges_) found = find(*global_ranges_, address);
  if (found) last_range_ = found;
  return found;
}

Moment Block::moment() const {
  return {current_, time_, barrier_time_, threads_[current_].synced, 0};
}

void Block::access(const void* address, std::size_t bytes, Touch touch, AccessKind kind, const void* at) {
  if (!watching_) return;
  if (unsettled_) settle();
  const WatchedRange* const range = watched(number(address));
  if (!range) {
    if (const SharedArray* const array = array_before(number(address)))
      fault_at_instruction("out of bounds: it touches byte " +
                               std::to_string(number(address) - number(address_on_this_thread(*array))) +
                               " of the " + std::to_string(array->bytes) + " of a shared array",
                           at);
    return;
  }
  if (!range->cells) return;
  threads_[current_].last_access = at;
  if (number(address) < range->begin) fault_at_instruction(describe_bad_address(address), at);
  const bool shared = is_shared(*range);
  if (const std::uint64_t last = number(address) + bytes; last > range->end) {
    if (shared)
      fault_at_instruction("out of bounds: it touches byte " + std::to_string(last - 1 - range->begin) +
                               " of the " + std::to_string(range->end - range->begin) + " of a shared array",
                           at);
    fault_at_instruction(
        describe_bad_address(reinterpret_cast<const void*>(std::max(number(address), range->end))), at);
  }
  if (const std::uint64_t low_bits = number(address) & (bytes - 1); low_bits && (bytes & (bytes - 1)) == 0)
    fault_at_instruction("misaligned: it touches " + std::to_string(bytes) +
                             " bytes at an address that is not a multiple of that",
                         at);
  const std::uint64_t begin = number(address), end = begin + bytes;
  Moment now = moment();
  now.site = static_cast<std::uint32_t>(number(at) - code_);
  if (counts_)
    counts_->note(at, current_, shared ? begin - range->begin : begin, static_cast<int>(bytes), shared);
  const bool collecting = findings() != nullptr;
  for (std::uint64_t word = begin & ~std::uint64_t{3}; word < end; word += 4) {
    const std::uint64_t first = std::max(begin, word), last = std::min(end, word + 4);
    const auto touched = static_cast<unsigned>(((1u << (last - first)) - 1) << (first - word));
    GlobalCell& cell = range->cells[(word - (range->begin & ~std::uint64_t{3})) / 4];
    AccessEntry other = 0;
    const char* problem = touch == Touch::read    ? accessor_.read(cell, touched, kind, now, other, shared)
                          : touch == Touch::write ? accessor_.write(cell, touched, kind, now, other, shared)
                                                  : accessor_.change(cell, touched, now, other, shared);
    if (!problem && shared && touch != Touch::write && !accessor_.is_own(cell.writer)) {
      problem = never_written;
      other = 0;
    }
    if (any_under_way_ && shared && is_under_way_[index_of(cell)]) problem = still_copied, other = 0;
    if (collecting) {
      watch_update(word, touch);
      if (range->written) check_written(*range, word, touched, touch, at);
    }
    if (!problem) continue;
    doubt_ = {problem, other, other ? accessor_.other_site() : 0, range, word, at, {}};
    if (touch != Touch::write || !GlobalAccessor::is_write_after_write(problem)) {
      fail_doubt();
      continue;
    }
    unsettled_ = true;
    std::memcpy(doubt_.before, reinterpret_cast<const void*>(word), 4);
    if (end - word > 4) break;  // a wider access is judged by its first word
  }
  if (kind != AccessKind::strong) return;
  if (touch != Touch::read) accessor_.publish(begin, touch == Touch::change, now);
  if (touch != Touch::write) read_of_others_ = begin, unsettled_ = true;
}

// What is known only when the announced access has been made: the thread calls this at its next access, fence
// or barrier, and where it ends.
void Block::settle() {
  unsettled_ = false;
  if (read_of_others_) accessor_.acquire(std::exchange(read_of_others_, 0), moment());
  // Two threads may write one word if both write the same value.
  if (!doubt_.problem) return;
  if (std::memcmp(doubt_.before, reinterpret_cast<const void*>(doubt_.word), 4) != 0) fail_doubt();
  doubt_.problem = nullptr;
}

// Ends the launch, or, where findings are collected, notes it and goes on.
void Block::fail_doubt() {
  const Doubt doubt = std::exchange(doubt_, {});
  if (findings()) return note_doubt(doubt);
  std::string what = doubt.problem + details_of(doubt);
  const bool shared =
      doubt.range >= shared_ranges_.data() && doubt.range < shared_ranges_.data() + shared_ranges_.size();
  if (const std::size_t word = what.find("global memory"); shared && word != std::string::npos)
    what.replace(word, 6, "shared");
  fault_at_instruction(std::move(what), doubt.at);
}

std::string Block::details_of(const Doubt& doubt) const {
  std::string what;
  // Of several readers the entry names the last one, which may be this thread itself.
  const bool is_this = accessor_.is_own(doubt.other) && accessor_.thread_of(doubt.other) == current_;
  if (doubt.other && !is_this)
    what += " (thread " +
            triple(static_cast<std::uint64_t>(accessor_.thread_of(doubt.other)), launch_->block) +
            " of block " + triple(accessor_.block_of(doubt.other), launch_->grid) + ")";
  return what + ": byte " + std::to_string(doubt.word - std::min(doubt.word, doubt.range->begin)) + " of " +
         std::to_string(doubt.range->end - doubt.range->begin) + " bytes";
}

// ---- where findings are collected -------------------------------------------------------------------------

void Block::note_doubt(const Doubt& doubt) {
  GpuThread& thread = threads_[current_];
  const bool shared =
      doubt.range >= shared_ranges_.data() && doubt.range < shared_ranges_.data() + shared_ranges_.size();
  const char* const problem = shared ? GlobalAccessor::of_shared_memory(doubt.problem) : doubt.problem;
  Suspicion& s = suspicions_.note(problem, number(doubt.at),
                                  doubt.other_site ? code_ + doubt.other_site : std::uint64_t{0});
  if (s.count == 1)
    s.details = ": thread " + triple(static_cast<std::uint64_t>(current_), launch_->block) + " of block " +
                triple(accessor_.block_of(std::uint64_t{accessor_.number()} << 32), launch_->grid) +
                details_of(doubt);
  if (GlobalAccessor::is_write_after_write(doubt.problem) && thread.reads.has(doubt.word))
    s.loses_update = true;
  if (!std::string_view(problem).starts_with("race: reads")) return;
  thread.suspicion = &s;
  thread.suspicious_word = doubt.word;
}

// A thread that writes the word whose reading was a race loses an update of another.
void Block::watch_update(std::uint64_t word, Touch touch) {
  GpuThread& thread = threads_[current_];
  if (touch == Touch::read) return thread.reads.note(word);
  if (touch != Touch::write || !thread.suspicion || thread.suspicious_word != word) return;
  thread.suspicion->loses_update = true;
  thread.suspicion = nullptr;
}

void Block::check_written(const WatchedRange& range, std::uint64_t word, unsigned touched, Touch touch,
                          const void* at) {
  unsigned char& written = range.written[(word - (range.begin & ~std::uint64_t{3})) / 4];
  if (touch != Touch::write && (written & touched) != touched) {
    doubt_ = {never_filled, 0, 0, &range, word, at, {}};
    fail_doubt();
  }
  written = static_cast<unsigned char>(written | touched);  // and each word is reported once
}

// The array behind whose end an address of the block's shared memory is: arrays have no gaps between them,
// but other variables of the OS thread may follow.
const SharedArray* Block::array_before(std::uint64_t address) const {
  if (!findings()) return nullptr;
  constexpr std::uint64_t far = 4096;
  for (const SharedArray& array : shared_arrays_)
    if (address - number(address_on_this_thread(array)) < array.bytes + far && !is_index_variable(address))
      return &array;
  return nullptr;
}

void Block::enter_suspicions() {
  if (suspicions_.empty()) return;
  suspicions_.flush(readable_name(*launch_),
                    [](std::uint64_t at) { return source_of(reinterpret_cast<const void*>(at)); });
}

// ---- fences -----------------------------------------------------------------------------------------------

void Block::fence(bool device) {
  if (unsettled_) settle();
  accessor_.fence(moment(), device);
  ++time_;
}

// ---- barriers and threads that have exited ----------------------------------------------------------------

// A barrier waits for all threads that have not exited, so a thread may leave the kernel before it. But it
// must not go around it: a thread that has touched memory behind the barrier that others wait at, and not
// passed that barrier before, was there.
bool Block::went_around(const GpuThread& thread, Place barrier) const {
  if (!thread.last_access) return false;  // or accesses are not watched: nothing is known
  const auto is_in = [](const std::string& place, const char* file) {
    const std::size_t colon = place.rfind(':');
    const std::string_view name = std::string_view(place).substr(0, colon), wanted = file;
    return colon != std::string::npos && (wanted.ends_with(name) || name.ends_with(wanted));
  };
  const std::string source = source_of(thread.last_access);
  if (!is_in(source, barrier.file)) return false;
  if (last_barrier_.line >= barrier.line) return false;  // a loop: what is behind is also before
  return std::atoi(source.c_str() + source.rfind(':') + 1) > barrier.line;
}

}  // namespace triptych::emulator
