#pragma once
#include <string>
#include <unordered_map>

#include "kernels/ptx/instruction.h"

namespace triptych::ptx {

// The function of an opcode, and the files of its operands.
struct Operation {
  Execute execute = nullptr;
  File result = File::none;
  File sources[4] = {};
  int count = 0;  // sources
};

// By opcode, as PTX writes it: "add.s32", "setp.lt.f32" (without .and / .or / .xor), "cvt.rzi.s32.f32".
using Operations = std::unordered_map<std::string, Operation>;

// Arithmetic: the operations that compute each lane from its own registers. Null when there is no such
// opcode.
const Operation* find_operation(const std::string& opcode);

// The parts of that table, one source file each.
void add_integer_operations(Operations& operations);
void add_floating_operations(Operations& operations);
void add_conversions(Operations& operations);
void add_comparisons(Operations& operations);
void add_half_operations(Operations& operations);

// Instructions that do not fit the table above; decode.cpp sets them up. Instruction::detail is one of:
enum class AtomicKind {
  add,
  add_float,
  minimum_signed,
  minimum_unsigned,
  maximum_signed,
  maximum_unsigned,
  bit_and,
  bit_or,
  bit_xor,
  exchange,
  compare_and_swap,
  increment,
  decrement
};
// result = the old value; sources[0] (and [1]) are operands, in the file of Access::value_file.
void atomic(Warp& warp, const Instruction& instruction, Mask mask);

enum class ShuffleKind { up, down, butterfly, index };
// result = sources[0] of another lane, by sources[1] and the packed segment mask and clamp sources[2]; second
// = whether that lane was in range.
void shuffle(Warp& warp, const Instruction& instruction, Mask mask);

enum class VoteKind { ballot, any, all, uniform };
// sources[0] is a predicate; combine_negated inverts it.
void vote(Warp& warp, const Instruction& instruction, Mask mask);

enum class ReduceKind {
  add,
  minimum_signed,
  minimum_unsigned,
  maximum_signed,
  maximum_unsigned,
  bit_and,
  bit_or,
  bit_xor
};
// result = sources[0] of all lanes of the mask, reduced
void reduce(Warp& warp, const Instruction& instruction, Mask mask);

// membar and fence: writes become visible in program order here; what they order is noted for the race
// check. detail: 1 for all blocks, 0 within the block.
void fence(Warp& warp, const Instruction& instruction, Mask mask);

// match.any and, with detail = 1, match.all: the lanes of the mask whose sources[0] is the same, in the file
// of access.value_file; second: whether all are.
void match(Warp& warp, const Instruction& instruction, Mask mask);

// bar.red: Instruction::detail of a barrier.
enum class BarrierKind { plain, count, all, any };

void active_mask(Warp& warp, const Instruction& instruction, Mask mask);
void synchronise_warp(Warp& warp, const Instruction& instruction, Mask mask);

// cp.async: access is the target, Code::copy_sources[detail] the source, and sources[0] how many bytes are
// copied before zeros are. commit_group; wait_group, where all but the last `detail` groups have arrived (or,
// where detail is negative, all copies).
void begin_copy(Warp& warp, const Instruction& instruction, Mask mask);
void commit_copies(Warp& warp, const Instruction& instruction, Mask mask);
void wait_for_copies(Warp& warp, const Instruction& instruction, Mask mask);

// ldmatrix: access is a row of 16 bytes for each lane, access.values the results; `detail` matrices,
// transposed where it is negative. mma.sync: Code::matrix_products[detail].
void load_matrices(Warp& warp, const Instruction& instruction, Mask mask);
void multiply_matrices(Warp& warp, const Instruction& instruction, Mask mask);

// mov.b64 {%r1, %r2}, %rd1 and back; also between 16- and 32-bit registers. access.values are the parts.
void unpack(Warp& warp, const Instruction& instruction, Mask mask);
void pack(Warp& warp, const Instruction& instruction, Mask mask);

}  // namespace triptych::ptx
