#pragma once
// Shared by the recurrent cells. Sequences are independent, so the batch is split into blocks of sequences,
// and one thread runs the whole recurrence of a block: there is no barrier between steps. The recurrent
// weights are packed once for all blocks and steps. One GEMM over all steps at the end computes the gradient
// of the weights.
#include "kernels/cpu/column_sums.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/mathematics.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// k counts the steps in the order in which they are read; time_of is the position of step k in the arrays.
inline Index time_of(const RecurrentShape& s, Index k) {
  return s.reverse ? s.steps - 1 - k : k;
}

// A block of sequences: at() is the address of its rows of step k in an array [steps, batch, width].
struct Sequences {
  const RecurrentShape& s;
  Index first, rows;
  float* own;  // scratch of the thread
  template <class T>
  T* at(T* array, Index width, Index k) const {
    return array + (time_of(s, k) * s.batch + first) * width;
  }
};

// One tile of rows per block; with four tiles or more, a multiple of 4 blocks, which threads can share
// evenly.
inline Cut sequence_blocks(Index batch) {
  const Index tiles = divide_up(batch, tile_rows);
  return {batch, tiles < 4 ? tiles : minimum(batch, round_up(tiles, 4))};
}

// Calls body(sequences) for every block, with `own_width` floats of scratch for each of its sequences;
// `width` is the number of gate columns.
template <class Body>
void for_sequences(Context& context, const RecurrentShape& s, Index width, Index own_width, Body body) {
  if (s.batch == 0 || s.steps == 0) return;
  const Cut blocks = sequence_blocks(s.batch);
  ScratchScope scope(context.scratch);
  const OwnMemory memory(context, divide_up(s.batch, blocks.parts) * own_width);
  parallel_for(context, blocks.parts, blocks.size(0) * s.steps * s.hidden * width / lanes,
               [&](Index block, Index thread) {
                 body(Sequences{s, blocks.begin(block), blocks.size(block), memory.of(thread)});
               });
}

inline const float* packed(Context& context, Transpose t, Index k, Index n, const float* w, Index ldw) {
  float* panels = context.scratch.take<float>(panels_size(k, n));
  pack_panels(t, k, n, w, ldw, panels);
  return panels;
}

// dw += sum over the steps k >= 1 of state_{k-1}^T du_k, dbias += the sum of du over all steps. The states of
// all steps but the last in reading order, and the du of all but the first, are each one contiguous matrix of
// (steps - 1) * batch rows.
inline void weight_gradients(Context& context, const RecurrentShape& s, Index width, const float* states,
                             const float* du, float* dw, float* dbias) {
  const Index rows = (s.steps - 1) * s.batch;
  if (dw && rows > 0) {
    const float* a = states + (s.reverse ? s.batch * s.hidden : 0);
    const float* b = du + (s.reverse ? 0 : s.batch * width);
    gemm(context, Transpose::yes, Transpose::no, s.hidden, width, rows, 1, a, s.hidden, b, width, 1, dw,
         width);
  }
  if (dbias) add_column_sums(context, s.steps * s.batch, width, du, dbias);
}

inline void add_to(Index n, const float* x, float* y) {
  sweep(0, n, [&](Index i, auto part) { part.put(y + i, part.get(y + i) + part.get(x + i)); });
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
