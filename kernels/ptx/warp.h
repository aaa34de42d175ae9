#pragma once
#include <string>
#include <vector>

#include "kernels/emulator/findings.h"
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

// A call that a lane is in (calls.h): where it came from, and what is kept of its caller.
struct Frame {
  int pc = 0, function = 0;  // of the call; the function that it called
  std::size_t stack_top = 0;
  std::vector<std::uint32_t> words;
  std::vector<std::uint64_t> longs;
  std::vector<bool> predicates;
  std::vector<std::byte> slots;
};

// A cp.async that a lane has not waited for.
struct AsyncCopy {
  int lane;
  std::byte* to;
  const std::byte* from;
  std::uint64_t offset;   // of the target in shared memory
  int bytes, from_bytes;  // from_bytes of them, and zeros behind
  int group;              // commit_group ends a group
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

  std::vector<std::vector<Frame>> frames;  // of each lane; empty: the code has no calls
  std::vector<std::size_t> stack_top;

  Mask live = 0;                  // lanes that have not exited
  std::vector<Group> groups;      // runnable
  std::vector<Group> collecting;  // waiting at shfl, vote or bar.warp.sync for other lanes
  Mask waiting = 0;               // lanes at the block's barrier,
  int barrier_pc = -1;            // the pc of that bar.sync
  int pc = 0;                     // of the instruction being executed
  std::uint32_t synced = 0;       // the shadow's clock at the last bar.warp.sync of its lanes
  std::vector<AsyncCopy> copies;
  int copy_groups[lanes] = {};  // of copies, that each lane has committed
  // Where findings are collected: the addresses of the last loads, and a load that was a race.
  std::vector<LongRow> recent_loads;
  emulator::Suspicion* suspicion = nullptr;
  LongRow suspicious_addresses;

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
