// cp.async: copies from global to shared memory that go on while their thread does something else, until it
// waits for them. What a card may do at any moment in between happens here at the beginning or at the end,
// by the order of the schedule; and where accesses are watched, the target of a copy that is under way may
// not be touched by anybody.
#include <algorithm>
#include <cstring>

#include "kernels/emulator/block.h"

namespace triptych::emulator {
namespace {

std::uint64_t number(const void* address) {
  return reinterpret_cast<std::uint64_t>(address);
}

void carry_out(AsyncCopy& copy) {
  std::memcpy(copy.to, copy.from, static_cast<std::size_t>(copy.from_bytes));
  std::memset(copy.to + copy.from_bytes, 0, static_cast<std::size_t>(copy.bytes - copy.from_bytes));
  copy.done = true;
}

}  // namespace

void Block::begin_copy(void* to, const void* from, int bytes, int from_bytes, const void* at) {
  if ((bytes != 4 && bytes != 8 && bytes != 16) || from_bytes < 0 || from_bytes > bytes)
    fault_at_instruction("cp.async copies 4, 8 or 16 bytes, or fewer and zeros behind them", at);
  if ((number(to) | number(from)) % static_cast<std::uint64_t>(bytes))
    fault_at_instruction("misaligned: cp.async of " + std::to_string(bytes) +
                             " bytes, where source and target must be multiples of that",
                         at);
  AsyncCopy copy{static_cast<char*>(to),
                 static_cast<const char*>(from),
                 bytes,
                 from_bytes,
                 false,
                 threads_[current_].groups,
                 {}};
  if (watching_) {
    if (from_bytes > 0) access(from, static_cast<std::size_t>(from_bytes), Touch::read, AccessKind::weak, at);
    access(to, static_cast<std::size_t>(bytes), Touch::write, AccessKind::weak, at);
    settle_copy(copy);
    copy.cells = shared_cells_at(number(to), bytes, at);
    for (const GlobalCell& cell : copy.cells) is_under_way_[index_of(cell)] = 1;
    any_under_way_ = true;
  } else if (from_bytes > 0) {  // a bad address is told here, and not where the thread waits
    [[maybe_unused]] const char probe = *static_cast<const volatile char*>(from);
  }
  const bool late = kind_ == Order::Kind::forward || (kind_ == Order::Kind::random && random_.next() % 2);
  if (!late) carry_out(copy);
  threads_[current_].copies.push_back(copy);
}

// Two writes of one word are no race if both write the same value: here it is known already.
void Block::settle_copy(const AsyncCopy& copy) {
  if (!doubt_.problem) return;
  const std::uint64_t offset = doubt_.word - number(copy.to);
  unsigned char wanted[4] = {};
  if (offset + 4 <= static_cast<std::uint64_t>(copy.from_bytes)) std::memcpy(wanted, copy.from + offset, 4);
  if (std::memcmp(doubt_.before, wanted, 4) != 0) fail_doubt();
  doubt_.problem = nullptr;
}

std::span<GlobalCell> Block::shared_cells_at(std::uint64_t address, int bytes, const void* at) {
  const WatchedRange* const range = watched(address);
  if (!range || !is_shared(*range))
    fault_at_instruction("cp.async copies to shared memory, and its target is not there", at);
  return {range->cells + (address - (range->begin & ~std::uint64_t{3})) / 4,
          static_cast<std::size_t>(bytes) / 4};
}

void Block::commit_copies() {
  ++threads_[current_].groups;
}

void Block::end_copies(int groups) {
  if (unsettled_) settle();
  GpuThread& me = threads_[current_];
  const int kept = me.groups - groups;  // the first group that may still be under way
  const Moment now = moment();
  for (AsyncCopy& copy : me.copies) {
    if (copy.group >= kept) continue;
    if (!copy.done) carry_out(copy);
    for (GlobalCell& cell : copy.cells) {
      is_under_way_[index_of(cell)] = 0;
      AccessEntry other = 0;
      accessor_.write(cell, 15, AccessKind::weak, now, other, true);
    }
  }
  std::erase_if(me.copies, [&](const AsyncCopy& copy) { return copy.group < kept; });
}

// Of the arrays in shared memory the one whose address has these lower 32 bits.
void* Block::shared_at(std::uint32_t address) {
  for (const WatchedRange& range : shared_ranges_) {
    const std::uint64_t offset = (address - range.begin) & 0xffffffffu;
    if (offset <= range.end - range.begin) return reinterpret_cast<void*>(range.begin + offset);
  }
  fault("an address of shared memory, by __cvta_generic_to_shared, where no array is");
}

}  // namespace triptych::emulator
