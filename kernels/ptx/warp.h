#pragma once
#include <string>
#include <vector>

#include "kernels/ptx/instruction.h"

namespace triptych::ptx {

struct Block;

// A 128- or 256-byte line each: the 32 lanes of a register, next to each other.
struct alignas(64) WordRow {
  std::uint32_t lane[lanes];
};
struct alignas(64) LongRow {
  std::uint64_t lane[lanes];
};

// Lanes of a warp that stand at the same instruction.
struct Group {
  int pc;
  Mask mask;
};

// 32 GPU threads that run together. As long as they agree on the next instruction there is one Group. A
// branch on which they disagree splits it, and the group with the lowest pc always goes first: code is laid
// out so that the place where two paths join lies behind both, so the one that is behind catches up and the
// groups become one again.
struct Warp {
  Block* block = nullptr;
  int index = 0;  // in its block

  std::vector<WordRow> words;
  std::vector<LongRow> longs;
  std::vector<Mask> predicates;
  std::vector<std::byte> local;  // lane l: local_bytes from l * local_bytes

  Mask live = 0;               // lanes that have not exited
  std::vector<Group> groups;   // that can go on
  std::vector<Group> meeting;  // that wait at shfl, vote or bar.warp.sync for other lanes
  Mask waiting = 0;            // lanes at the block's barrier,
  int barrier_pc = -1;         // which is this bar.sync
  int pc = 0;                  // of the instruction that is being executed
  std::uint32_t synced = 0;    // when its lanes last met in bar.warp.sync, by the shadow's clock

  // Gives the registers their rows and fills in the constants; once for each kernel.
  void prepare(const Code& code);
  // Thread `index * 32` and those after it of a new block: specials, lanes, pc = 0.
  void start(Block& block, int index);
  // Runs until every lane has exited or waits at the block's barrier.
  void run();

  int thread(int lane) const { return index * lanes + lane; }
  // Throws Fault: "kernel, source line: thread (x, y, z) of block (x, y, z): what: the PTX".
  [[noreturn]] void fail(int lane, const std::string& what) const;

 private:
  Group take_lowest();
  int next_stop() const;
  void run_group(Group group);
  bool branch(const Instruction& instruction, Group& group, Mask taken);
  void branch_indexed(const Instruction& instruction, const Group& group, Mask taken);
  void arrive(const Group& group, Mask mask);
  bool meet(const Instruction& instruction, Group& group, Mask mask);
};

}  // namespace triptych::ptx
