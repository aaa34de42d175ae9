#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/ptx/block.h"
#include "kernels/ptx/operations.h"

// Instructions that exchange registers between lanes, and atomics.
namespace triptych::ptx {
namespace {

std::size_t at(Row row) {
  return static_cast<std::size_t>(row);
}

template <class Function>
void each_lane(Mask mask, Function function) {
  for (Mask rest = mask; rest; rest &= rest - 1) function(std::countr_zero(rest));
}

void set_predicate_bit(Mask& predicate, int lane, bool value) {
  predicate = (predicate & ~(Mask{1} << lane)) | Mask{value} << lane;
}

// The source lane of shfl for `lane`: `packed` holds the clamp (bits 0 - 4) and the mask (bits 8 - 12) that
// splits the warp into segments. `inside`: whether that lane is in the segment; if not, a lane reads itself.
int shuffle_source(ShuffleKind kind, int lane, std::uint32_t distance, std::uint32_t packed, bool& inside) {
  const int segment = packed >> 8 & 31, clamp = packed & 31, step = distance & 31;
  const int highest = (lane & segment) | (clamp & ~segment), lowest = lane & segment;
  int source = 0;
  switch (kind) {
    case ShuffleKind::up:
      source = lane - step;
      inside = source >= highest;  // for .up the clamp is the lowest lane
      break;
    case ShuffleKind::down:
      source = lane + step;
      inside = source <= highest;
      break;
    case ShuffleKind::butterfly:
      source = lane ^ step;
      inside = source <= highest;
      break;
    case ShuffleKind::index:
      source = lowest | (step & ~segment);
      inside = source <= highest;
      break;
  }
  return inside ? source : lane;
}

template <class T>
T changed(AtomicKind kind, T old, T value, T swap) {
  using Signed = std::make_signed_t<T>;
  const auto s = [](T x) { return static_cast<Signed>(x); };
  switch (kind) {
    case AtomicKind::add:
      return old + value;
    case AtomicKind::add_float:
      if constexpr (sizeof(T) == 4)
        return std::bit_cast<T>(std::bit_cast<float>(old) + std::bit_cast<float>(value));
      else
        return std::bit_cast<T>(std::bit_cast<double>(old) + std::bit_cast<double>(value));
    case AtomicKind::minimum_signed:
      return s(value) < s(old) ? value : old;
    case AtomicKind::minimum_unsigned:
      return std::min(old, value);
    case AtomicKind::maximum_signed:
      return s(value) > s(old) ? value : old;
    case AtomicKind::maximum_unsigned:
      return std::max(old, value);
    case AtomicKind::bit_and:
      return old & value;
    case AtomicKind::bit_or:
      return old | value;
    case AtomicKind::bit_xor:
      return old ^ value;
    case AtomicKind::exchange:
      return value;
    case AtomicKind::compare_and_swap:
      return old == value ? swap : old;
    case AtomicKind::increment:
      return old >= value ? 0 : old + 1;
    case AtomicKind::decrement:
      return old == 0 || old > value ? value : old - 1;
  }
  return old;
}

// Blocks run on several processor cores, so an atomic of the GPU is an atomic of the processor.
template <class T>
T atomically(std::byte* place, AtomicKind kind, T value, T swap) {
  auto* const memory = reinterpret_cast<T*>(place);
  T old = __atomic_load_n(memory, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(memory, &old, changed(kind, old, value, swap), false, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED)) {
  }
  return old;
}

std::uint32_t combined(ReduceKind kind, std::uint32_t a, std::uint32_t b) {
  constexpr AtomicKind same[] = {AtomicKind::add,
                                 AtomicKind::minimum_signed,
                                 AtomicKind::minimum_unsigned,
                                 AtomicKind::maximum_signed,
                                 AtomicKind::maximum_unsigned,
                                 AtomicKind::bit_and,
                                 AtomicKind::bit_or,
                                 AtomicKind::bit_xor};
  return changed<std::uint32_t>(same[static_cast<int>(kind)], a, b, 0);
}

}  // namespace

void atomic(Warp& warp, const Instruction& instruction, Mask mask) {
  const auto kind = static_cast<AtomicKind>(instruction.detail);
  const Row value = instruction.sources[0], swap = instruction.sources[1], result = instruction.result;
  std::byte* places[lanes];
  locate(warp, instruction.access, mask, Purpose::atomic, places);
  each_lane(mask, [&](int l) {
    const auto change = [&](auto& file) {
      const auto old =
          atomically(places[l], kind, file[at(value)].lane[l], swap < 0 ? 0 : file[at(swap)].lane[l]);
      if (result >= 0) file[at(result)].lane[l] = old;
    };
    if (instruction.access.value_file == File::longs)
      change(warp.longs);
    else
      change(warp.words);
  });
  acquire(warp, instruction.access, mask, places);
}

void shuffle(Warp& warp, const Instruction& instruction, Mask mask) {
  const WordRow value =
      warp.words[at(instruction.sources[0])];  // a copy: the result may be the same register
  const WordRow& distance = warp.words[at(instruction.sources[1])];
  const WordRow& packed = warp.words[at(instruction.sources[2])];
  WordRow result;
  each_lane(mask, [&](int l) {
    bool inside = false;
    const int source = shuffle_source(static_cast<ShuffleKind>(instruction.detail), l, distance.lane[l],
                                      packed.lane[l], inside);
    if (!(mask >> source & 1))
      warp.fail(l, fmt::format("shuffle: reads from lane {}, which does not take part", source));
    result.lane[l] = value.lane[source];
    if (instruction.second >= 0) set_predicate_bit(warp.predicates[at(instruction.second)], l, inside);
  });
  WordRow& target = warp.words[at(instruction.result)];
  each_lane(mask, [&](int l) { target.lane[l] = result.lane[l]; });
}

void vote(Warp& warp, const Instruction& instruction, Mask mask) {
  const Mask predicate = warp.predicates[at(instruction.sources[0])];
  const Mask votes = (instruction.combine_negated ? ~predicate : predicate) & mask;
  const auto kind = static_cast<VoteKind>(instruction.detail);
  if (kind == VoteKind::ballot)
    return each_lane(mask, [&](int l) { warp.words[at(instruction.result)].lane[l] = votes; });
  const bool answer = kind == VoteKind::any   ? votes != 0
                      : kind == VoteKind::all ? votes == mask
                                              : votes == 0 || votes == mask;
  Mask& result = warp.predicates[at(instruction.result)];
  result = answer ? result | mask : result & ~mask;
}

void reduce(Warp& warp, const Instruction& instruction, Mask mask) {
  const WordRow& value = warp.words[at(instruction.sources[0])];
  const int first = std::countr_zero(mask);
  std::uint32_t all = value.lane[first];
  each_lane(mask & (mask - 1),
            [&](int l) { all = combined(static_cast<ReduceKind>(instruction.detail), all, value.lane[l]); });
  each_lane(mask, [&](int l) { warp.words[at(instruction.result)].lane[l] = all; });
}

void match(Warp& warp, const Instruction& instruction, Mask mask) {
  const auto same_as = [&](const auto& row, int lane) {
    Mask same = 0;
    each_lane(mask, [&](int l) { same |= Mask{row.lane[l] == row.lane[lane]} << l; });
    return same;
  };
  WordRow result;
  bool all = true;
  each_lane(mask, [&](int l) {
    result.lane[l] = instruction.access.value_file == File::longs
                         ? same_as(warp.longs[at(instruction.sources[0])], l)
                         : same_as(warp.words[at(instruction.sources[0])], l);
    all &= result.lane[l] == mask;
  });
  const bool wants_all = instruction.detail != 0;
  WordRow& target = warp.words[at(instruction.result)];
  each_lane(mask, [&](int l) {
    target.lane[l] = wants_all && !all ? 0 : result.lane[l];
    if (instruction.second >= 0) set_predicate_bit(warp.predicates[at(instruction.second)], l, all);
  });
}

void active_mask(Warp& warp, const Instruction& instruction, Mask mask) {
  each_lane(mask, [&](int l) { warp.words[at(instruction.result)].lane[l] = mask; });
}

void fence(Warp& warp, const Instruction& instruction, Mask mask) {
  each_lane(mask, [&](int l) {
    warp.block->accessor.fence(warp.block->moment(warp.thread(l), warp.synced), instruction.detail != 0);
  });
  warp.block->shadow.fence();
}

void synchronise_warp(Warp& warp, const Instruction&, Mask) {
  warp.synced = warp.block->shadow.warp_barrier();
}

void unpack(Warp& warp, const Instruction& instruction, Mask mask) {
  const Access& parts = instruction.access;
  each_lane(mask, [&](int l) {
    const std::uint64_t whole = parts.base_file == File::longs
                                    ? warp.longs[at(instruction.sources[0])].lane[l]
                                    : warp.words[at(instruction.sources[0])].lane[l];
    const std::uint32_t part_mask = parts.bytes == 4 ? ~0u : (1u << (8 * parts.bytes)) - 1;
    for (int i = 0; i < parts.count; ++i)
      if (parts.values[i] >= 0)
        warp.words[at(parts.values[i])].lane[l] =
            static_cast<std::uint32_t>(whole >> (8 * parts.bytes * i)) & part_mask;
  });
}

void pack(Warp& warp, const Instruction& instruction, Mask mask) {
  const Access& parts = instruction.access;
  each_lane(mask, [&](int l) {
    std::uint64_t whole = 0;
    for (int i = 0; i < parts.count; ++i)
      whole |= std::uint64_t{warp.words[at(parts.values[i])].lane[l]} << (8 * parts.bytes * i);
    if (parts.base_file == File::longs)
      warp.longs[at(instruction.result)].lane[l] = whole;
    else
      warp.words[at(instruction.result)].lane[l] = static_cast<std::uint32_t>(whole);
  });
}

}  // namespace triptych::ptx
