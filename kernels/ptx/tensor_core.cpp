// Asynchronous copies to shared memory, and the instructions of the tensor cores.
#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/ptx/block.h"
#include "kernels/ptx/operations.h"

namespace triptych::ptx {
namespace {

std::size_t at(Row row) {
  return static_cast<std::size_t>(row);
}

constexpr int row_bytes = 16;  // of a matrix of ldmatrix

void need_all_lanes(const Warp& warp, Mask mask) {
  if (mask != all_lanes)
    warp.fail(std::countr_zero(mask), "missing lanes: ldmatrix and mma.sync take all 32 lanes of a warp");
}

}  // namespace

// A copy happens when its lane waits for it, as late as it may: who reads too early finds the old data, and
// is reported.
void begin_copy(Warp& warp, const Instruction& instruction, Mask mask) {
  const Access& source = warp.block->grid->code->copy_sources[static_cast<std::size_t>(instruction.detail)];
  const int bytes = instruction.access.size();
  std::byte *to[lanes], *from[lanes] = {};
  int wanted[lanes];
  for (int l = 0; l < lanes; ++l)
    wanted[l] =
        instruction.sources[0] < 0 ? bytes : static_cast<int>(warp.words[at(instruction.sources[0])].lane[l]);
  for (Mask rest = mask; rest;) {  // one request for each number of bytes: most often there is one
    const int some = wanted[std::countr_zero(rest)];
    Mask same = 0;
    for (int l = 0; l < lanes; ++l) same |= rest & Mask{wanted[l] == some} << l;
    rest &= ~same;
    if (some < 0 || some > bytes)
      warp.fail(std::countr_zero(same),
                "cp.async: the number of bytes that are read is larger than the copy");
    if (some == 0) continue;
    std::byte* found[lanes];
    locate(warp, source, same, Purpose::read, found, some);
    for (int l = 0; l < lanes; ++l)
      if (same >> l & 1) from[l] = found[l];
  }
  locate(warp, instruction.access, mask, Purpose::write, to);
  Block& block = *warp.block;
  for (Mask rest = mask; rest; rest &= rest - 1) {
    const int l = std::countr_zero(rest);
    const auto offset = static_cast<std::uint64_t>(to[l] - block.shared.data());
    block.shadow.begin_copy(offset, bytes, warp.thread(l));
    warp.copies.push_back({l, to[l], from[l], offset, bytes, wanted[l], warp.copy_groups[l]});
  }
}

void commit_copies(Warp& warp, const Instruction&, Mask mask) {
  for (int l = 0; l < lanes; ++l) warp.copy_groups[l] += mask >> l & 1;
}

void wait_for_copies(Warp& warp, const Instruction& instruction, Mask mask) {
  const auto arrives = [&](const AsyncCopy& copy) {
    return (mask >> copy.lane & 1) &&
           (instruction.detail < 0 || copy.group < warp.copy_groups[copy.lane] - instruction.detail);
  };
  for (const AsyncCopy& copy : warp.copies) {
    if (!arrives(copy)) continue;
    if (copy.from_bytes > 0) std::memcpy(copy.to, copy.from, static_cast<std::size_t>(copy.from_bytes));
    std::memset(copy.to + copy.from_bytes, 0, static_cast<std::size_t>(copy.bytes - copy.from_bytes));
    warp.block->shadow.end_copy(copy.offset, copy.bytes);
  }
  std::erase_if(warp.copies, arrives);
}

void load_matrices(Warp& warp, const Instruction& instruction, Mask mask) {
  need_all_lanes(warp, mask);
  const int count = std::abs(instruction.detail);
  const bool transposed = instruction.detail < 0;
  const Mask with_address = count == 4 ? all_lanes : (Mask{1} << (8 * count)) - 1;
  std::byte* places[lanes];
  locate(warp, instruction.access, with_address, Purpose::read, places, row_bytes);
  for (int m = 0; m < count; ++m) {
    std::uint16_t matrix[8][8];
    const std::uint16_t* rows[8];
    for (int r = 0; r < 8; ++r) {
      std::memcpy(matrix[r], places[8 * m + r], row_bytes);
      rows[r] = matrix[r];
    }
    WordRow& result = warp.words[at(instruction.access.values[m])];
    for (int l = 0; l < lanes; ++l) result.lane[l] = emulator::part_of_matrix(l, transposed, rows);
  }
}

void multiply_matrices(Warp& warp, const Instruction& instruction, Mask mask) {
  need_all_lanes(warp, mask);
  const MatrixProduct& product =
      warp.block->grid->code->matrix_products[static_cast<std::size_t>(instruction.detail)];
  const auto row = [&](Row r) { return warp.words[at(r)].lane; };
  const auto &a = product.a, &c = product.c, &d = product.d;
  emulator::multiply_fragments(
      product.type, {row(a[0]), row(a[1]), row(a[2]), row(a[3])}, {row(product.b[0]), row(product.b[1])},
      {row(c[0]), row(c[1]), row(c[2]), row(c[3])}, {row(d[0]), row(d[1]), row(d[2]), row(d[3])});
}

}  // namespace triptych::ptx
