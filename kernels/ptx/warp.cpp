#include "kernels/ptx/warp.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "kernels/ptx/block.h"
#include "kernels/ptx/calls.h"
#include "kernels/ptx/fault.h"

namespace triptych::ptx {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

template <class Value>
void fill(WordRow& row, Value value) {
  for (int l = 0; l < lanes; ++l) row.lane[l] = static_cast<std::uint32_t>(value(l));
}

std::uint32_t special_value(Code::Special special, const Block& block, const Warp& warp, int lane) {
  const Triple tid = block.grid->block.position(static_cast<std::uint64_t>(warp.thread(lane)));
  const Triple ntid = block.grid->block, nctaid = block.grid->size;
  using enum Code::Special;
  switch (special) {
    case tid_x:
      return tid.x;
    case tid_y:
      return tid.y;
    case tid_z:
      return tid.z;
    case ntid_x:
      return ntid.x;
    case ntid_y:
      return ntid.y;
    case ntid_z:
      return ntid.z;
    case ctaid_x:
      return block.id.x;
    case ctaid_y:
      return block.id.y;
    case ctaid_z:
      return block.id.z;
    case nctaid_x:
      return nctaid.x;
    case nctaid_y:
      return nctaid.y;
    case nctaid_z:
      return nctaid.z;
    case laneid:
      return static_cast<std::uint32_t>(lane);
    case warpid:
      return static_cast<std::uint32_t>(warp.index);
    case lanemask_eq:
      return 1u << lane;
    case lanemask_lt:
      return (1u << lane) - 1;
    case lanemask_le:
      return (2u << lane) - 1;
    case lanemask_gt:
      return ~((2u << lane) - 1);
    case lanemask_ge:
      return ~((1u << lane) - 1);
    case dynamic_shared_bytes:
      return static_cast<std::uint32_t>(block.grid->dynamic_shared_bytes);
  }
  return 0;
}

}  // namespace

void Warp::prepare(const Code& code) {
  words.resize(at(code.words));
  longs.resize(at(code.longs));
  predicates.resize(at(code.predicates));
  local.resize(code.local_bytes * lanes);
  frames.resize(code.call_sites.empty() ? 0 : lanes);
  stack_top.resize(frames.size());
  for (const auto& [row, bits] : code.word_constants)
    std::fill_n(words[at(row)].lane, lanes, static_cast<std::uint32_t>(bits));
  for (const auto& [row, bits] : code.long_constants) std::fill_n(longs[at(row)].lane, lanes, bits);
  for (const auto& [row, bits] : code.predicate_constants) predicates[at(row)] = static_cast<Mask>(bits);
}

void Warp::start(Block& owner, int number) {
  block = &owner;
  index = number;
  const int threads = static_cast<int>(owner.grid->block.count()) - number * lanes;
  live = threads >= lanes ? all_lanes : (Mask{1} << threads) - 1;
  groups.assign(1, {owner.grid->code->entry, live});
  for (std::vector<Frame>& calls : frames) calls.clear();
  std::ranges::fill(stack_top, 0);
  collecting.clear();
  waiting = 0;
  barrier_pc = -1;
  synced = 0;
  recent_loads.clear();
  copies.clear();
  std::ranges::fill(copy_groups, 0);
  std::ranges::fill(local, std::byte{0xff});  // NaN exposes reads of uninitialised memory
  for (const auto& wanted : owner.grid->code->specials)
    fill(words[at(wanted.row)], [&](int l) { return special_value(wanted.special, owner, *this, l); });
}

void Warp::fail(int lane, const std::string& what) const {
  const Code& code = *block->grid->code;
  const Triple t = block->grid->block.position(static_cast<std::uint64_t>(thread(lane)));
  const std::string place = code.lines[at(pc)].text();
  throw Fault(fmt::format("{}, {}: thread ({}, {}, {}) of block ({}, {}, {}): {}  [{}]", code.readable, place,
                          t.x, t.y, t.z, block->id.x, block->id.y, block->id.z, what, code.texts[at(pc)]),
              place, what);
}

// Merges the groups at the lowest pc and removes them from the list.
Group Warp::take_lowest() {
  Group lowest{std::numeric_limits<int>::max(), 0};
  for (const Group& group : groups) lowest.pc = std::min(lowest.pc, group.pc);
  std::erase_if(groups, [&](const Group& group) {
    if (group.pc != lowest.pc) return false;
    lowest.mask |= group.mask;
    return true;
  });
  return lowest;
}

// The pc at which the running group must stop, because another group waits there.
int Warp::next_stop() const {
  int stop = std::numeric_limits<int>::max();
  for (const Group& group : groups) stop = std::min(stop, group.pc);
  return stop;
}

void Warp::run() {
  for (;;) {
    const Mask alive = live;
    while (!groups.empty()) run_group(take_lowest());
    if (collecting.empty()) return;
    // Lanes that wait for others may be able to continue if those have exited.
    groups.swap(collecting);
    if (live == alive) break;
  }
  pc = groups.front().pc;
  fail(std::countr_zero(groups.front().mask),
       "missing lanes: waits for lanes that its member mask names and that never arrive here");
}

// Runs `group` until it splits, waits, exits, or is no longer the one with the lowest pc.
void Warp::run_group(Group group) {
  const Instruction* const code = block->grid->code->instructions.data();
  Counts* const counts = block->counts.empty() ? nullptr : block->counts.data();
  const int stop = next_stop();
  for (;;) {
    const Instruction& instruction = code[group.pc];
    pc = group.pc;
    Mask mask = group.mask;
    if (instruction.guard >= 0) {
      const Mask guard = predicates[at(instruction.guard)];
      mask &= instruction.guard_negated ? ~guard : guard;
    }
    if (counts) {
      ++counts[pc].issued;
      counts[pc].threads += mask == all_lanes ? lanes : static_cast<std::uint64_t>(std::popcount(mask));
    }
    switch (instruction.flow) {
      case Flow::next:
        if (mask) instruction.execute(*this, instruction, mask);
        ++group.pc;
        break;
      case Flow::branch:
        if (!branch(instruction, group, mask)) return;
        break;
      case Flow::branch_indexed:
        return branch_indexed(instruction, group, mask);
      case Flow::call:
        return enter_function(*this, instruction, group.mask, mask);
      case Flow::exit:
        if (instruction.detail) {
          leave_function(*this, mask);
          if (const Mask stays = group.mask & ~mask) groups.push_back({group.pc + 1, stays});
          return;
        }
        live &= ~mask;
        group.mask &= ~mask;
        if (!group.mask) return;
        ++group.pc;
        break;
      case Flow::barrier:
        return arrive(group, mask);
      case Flow::collective:
        if (!join_collective(instruction, group, mask)) return;
        break;
    }
    if (group.pc >= stop) return groups.push_back(group);
  }
}

// Returns false if the group has split.
bool Warp::branch(const Instruction& instruction, Group& group, Mask taken) {
  const Mask stays = group.mask & ~taken;
  if (taken && stays) {
    groups.push_back({instruction.target, taken});
    groups.push_back({group.pc + 1, stays});
    return false;
  }
  group.pc = taken ? instruction.target : group.pc + 1;
  return true;
}

void Warp::branch_indexed(const Instruction& instruction, const Group& group, Mask taken) {
  const std::vector<int>& table = block->grid->code->branch_tables[at(instruction.target)];
  const WordRow& index = words[at(instruction.sources[0])];
  for (Mask rest = taken; rest; rest &= rest - 1) {
    const int lane = std::countr_zero(rest);
    if (index.lane[lane] >= table.size()) fail(lane, "a branch by an index beyond its table");
    groups.push_back({table[index.lane[lane]], Mask{1} << lane});
  }
  if (const Mask stays = group.mask & ~taken) groups.push_back({group.pc + 1, stays});
}

// At the block's barrier: the lanes wait; Block releases them when all have arrived.
void Warp::arrive(const Group& group, Mask mask) {
  const int lane = std::countr_zero(group.mask);
  if (mask != group.mask)
    fail(lane, "divergent barrier: its predicate is true for some lanes of the warp and not for others");
  if (waiting && barrier_pc != group.pc)
    fail(lane, fmt::format("divergent barrier: other lanes of its warp wait at the barrier of {}",
                           block->grid->code->lines[at(barrier_pc)].text()));
  waiting |= mask;
  barrier_pc = group.pc;
}

// At a collective instruction: continues when all live lanes of the member mask have arrived.
bool Warp::join_collective(const Instruction& instruction, Group& group, Mask mask) {
  if (mask != group.mask)
    fail(std::countr_zero(group.mask), "missing lanes: a predicate keeps some lanes away");
  std::erase_if(collecting, [&](const Group& other) {
    if (other.pc != group.pc) return false;
    group.mask |= other.mask;
    return true;
  });
  // Lanes may name different masks; each set completes separately.
  const int members_row = *std::find_if(std::rbegin(instruction.sources), std::rend(instruction.sources),
                                        [](Row r) { return r >= 0; });
  const WordRow& members = words[at(members_row)];
  Mask ready = 0;
  for (Mask rest = group.mask; rest; rest &= rest - 1) {
    const int lane = std::countr_zero(rest);
    const Mask wanted = members.lane[lane];
    if (!(wanted >> lane & 1))
      fail(lane,
           fmt::format("missing lanes: the member mask {:#010x} does not name the lane itself", wanted));
    const Mask alive = wanted & live;
    if ((group.mask & alive) != alive) continue;
    ready |= Mask{1} << lane;
  }
  if (ready != group.mask) collecting.push_back({group.pc, group.mask & ~ready});
  if (!ready) return false;
  for (Mask rest = ready; rest;) {  // one execution for each distinct member mask
    const Mask together = rest & members.lane[std::countr_zero(rest)];
    instruction.execute(*this, instruction, together);
    rest &= ~together;
  }
  group.mask = ready;
  ++group.pc;
  return true;
}

}  // namespace triptych::ptx
