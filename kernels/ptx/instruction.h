#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernels/emulator/fragments.h"
#include "kernels/emulator/global_shadow.h"
#include "kernels/ptx/module.h"

namespace triptych::ptx {

struct Warp;
struct Instruction;

inline constexpr int lanes = 32;  // per warp
// Bit l: lane l is active.
using Mask = std::uint32_t;
inline constexpr Mask all_lanes = ~Mask{0};

// Executes an instruction for the lanes of `mask`; the other lanes keep their values.
using Execute = void (*)(Warp&, const Instruction&, Mask mask);

// The storage of a value while a kernel runs: a row of 32 lanes in one of three files, by its width. 8- and
// 16-bit registers are kept in 32-bit lanes, zero-extended. Immediates and %tid are rows, too, filled before
// the kernel starts.
enum class File : std::uint8_t { none, words, longs, predicates };
using Row = int;  // -1: absent

enum class Space : std::uint8_t { global, shared, local, parameter, generic };

// ld, st and atom: [base + offset], `count` elements of `bytes`.
struct Access {
  Space space = Space::global;
  std::uint8_t bytes = 4, count = 1;
  bool sign_extends = false;
  emulator::AccessKind kind = emulator::AccessKind::weak;
  bool releases = false;  // .release, .acq_rel: a fence stands before it
  File base_file = File::none, value_file = File::words;
  Row base = -1;
  std::int64_t offset = 0;
  Row values[4] = {-1, -1, -1, -1};
  int size() const { return bytes * count; }
};

// The effect on the program counter.
enum class Flow : std::uint8_t {
  next,
  branch,
  branch_indexed,  // brx.idx: a table, for `switch`
  exit,            // of the thread, or, with detail = 1, the return from a function
  call,            // detail: which call (Code::call_sites)
  barrier,         // bar.sync: waits for the block
  collective  // shfl, vote, bar.warp.sync: waits for the lanes of the member mask, which is the last source
};

// setp.lt.and.s32 p|q, a, b, c: p = (a < b) and c, q = not (a < b) and c
enum class Combine : std::uint8_t { none, logical_and, logical_or, logical_xor };

// One decoded instruction: all names are resolved, the work is behind one function pointer.
struct Instruction {
  Execute execute = nullptr;
  Flow flow = Flow::next;
  bool guard_negated = false;
  Row guard = -1;                     // @p: the predicate under which it runs
  Row result = -1, second = -1;       // second: the p of setp's p|q or shfl's d|p
  Row sources[4] = {-1, -1, -1, -1};  // in the files that `execute` expects
  Combine combine = Combine::none;
  bool combine_negated = false;
  Row combine_with = -1;
  int target = -1;  // of a branch; for an indexed one the number of its table
  int detail = 0;   // further data for `execute`: kind of shuffle, reduction, byte order, ...
  Access access;
};

// A shared or local array and its offset.
struct Placement {
  std::string_view name;
  std::uint64_t offset;
  std::size_t bytes;
};

// A place in a lane's local memory through which arguments and results of calls go.
struct Slot {
  std::size_t offset, bytes;
};

// A device function within a kernel's code (calls.h).
struct FunctionCode {
  std::string_view name;
  int entry = 0;  // its first instruction
  std::vector<Slot> parameters, results;
  // What belongs to it alone: rows of each file, and slots.
  int first_word = 0, last_word = 0, first_long = 0, last_long = 0, first_predicate = 0, last_predicate = 0;
  std::size_t first_slot = 0, last_slot = 0;
  Row frame = -1;  // a 64-bit row with the address of its local arrays, of which each call has its own
  std::size_t frame_bytes = 0;
};

struct CallSite {
  int function = -1;   // in Code::functions; -1: its address is the first source
  int caller = -1;     // the function that calls; -1: the kernel
  bool keeps = false;  // the caller may be called again before this call ends
  std::vector<Slot> arguments, results;
};

// mma.sync: d = a b + c, the registers of each fragment.
struct MatrixProduct {
  emulator::MatrixType type;
  Row a[emulator::registers_of_a], b[emulator::registers_of_b];
  Row c[emulator::registers_of_c], d[emulator::registers_of_c];
};

struct Code {
  std::string name;                       // mangled
  std::string readable;                   // "gemm_kernel<64, 64>"
  std::vector<Instruction> instructions;  // the last one is a ret
  std::vector<SourceLine> lines;          // of each instruction
  std::vector<std::string_view> texts;    // of each instruction, as written
  std::vector<std::vector<int>> branch_tables;
  int entry = 0;  // where the kernel begins, behind its functions
  std::vector<FunctionCode> functions;
  std::vector<CallSite> call_sites;
  std::vector<MatrixProduct> matrix_products;
  std::vector<Access> copy_sources;              // of cp.async
  std::size_t stack_begin = 0, stack_bytes = 0;  // in local memory: for the arrays of functions

  int words = 0, longs = 0, predicates = 0;  // rows of each file
  struct Constant {
    Row row;
    std::uint64_t bits;
  };
  std::vector<Constant> word_constants, long_constants, predicate_constants;
  enum class Special {
    tid_x,
    tid_y,
    tid_z,
    ntid_x,
    ntid_y,
    ntid_z,
    ctaid_x,
    ctaid_y,
    ctaid_z,
    nctaid_x,
    nctaid_y,
    nctaid_z,
    laneid,
    warpid,
    lanemask_eq,
    lanemask_lt,
    lanemask_le,
    lanemask_gt,
    lanemask_ge,
    dynamic_shared_bytes
  };
  struct SpecialRow {
    Row row;
    Special special;
  };
  std::vector<SpecialRow> specials;

  std::vector<Parameter> parameters;
  std::size_t parameter_bytes = 0;
  std::int64_t most_threads = 1024;  // of a block
  std::vector<Placement> shared_arrays, local_arrays;
  std::size_t shared_bytes = 0;          // static, with the gaps between arrays
  std::string_view dynamic_shared_name;  // of the extern __shared__ array; empty if the module has none
  std::size_t dynamic_shared_offset = 0;
  std::size_t shared_payload = 0;           // static, without the gaps: counts against the hardware's limit
  std::size_t local_bytes = 0;              // per lane
  bool narrow_shared_access = false;        // 1- or 2-byte accesses that may be to shared memory
  std::shared_ptr<const std::string> text;  // keeps texts and names alive
};

}  // namespace triptych::ptx
