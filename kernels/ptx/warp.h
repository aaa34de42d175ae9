#pragma once
#include <string>
#include <vector>

#include "kernels/ptx/instruction.h"

namespace triptych::ptx {

struct Block;

// The 32 lanes of a register, contiguous: 128 or 256 bytes.
struct alignas(64) WordRow {
  std::uint32_t lane[lanes];
};
struct alignas(64) LongRow {
  std::uint64_t lane[lanes];
};

// Lanes of a warp at the same instruction.
struct Group {
  int pc;
  Mask mask;
};

// 32 GPU threads that run together. While they agree on the next instruction there is one Group. A divergent
// branch splits it, and the group with the lowest pc runs first: compilers place the point where two paths
// join after both of them, so the group that is behind catches up, and the groups merge.
struct Warp {
  Block* block = nullptr;
  int index = 0;  // in its block

  std::vector<WordRow> words;
  std::vector<LongRow> longs;
  std::vector<Mask> predicates;
  std::vector<std::byte> local;  // lane l: local_bytes from l * local_bytes

  Mask live = 0;                  // lanes that have not exited
  std::vector<Group> groups;      // runnable
  std::vector<Group> collecting;  // waiting at shfl, vote or bar.warp.sync for other lanes
  Mask waiting = 0;               // lanes at the block's barrier,
  int barrier_pc = -1;            // the pc of that bar.sync
  int pc = 0;                     // of the instruction being executed
  std::uint32_t synced = 0;       // the shadow's clock at the last bar.warp.sync of its lanes

  // Allocates the rows of the registers and fills in the constants; once per kernel.
  void prepare(const Code& code);
  // Starts thread `index * 32` and the following ones of a new block: special registers, lanes, pc = 0.
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
  bool join_collective(const Instruction& instruction, Group& group, Mask mask);
};

}  // namespace triptych::ptx
