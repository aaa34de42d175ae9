#pragma once
// Column sums of a matrix: the shape of every reduction over a batch (bias gradients, batch norm). The rows
// are split into chunks of a size that depends on the shape alone; each chunk has its own sums, which are
// added in order.
#include "kernels/context.h"
#include "kernels/cpu/batch.h"
#include "kernels/cpu/parallel.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

inline Cut row_chunks(Index rows, Index work_of_row) {
  return {rows, maximum(1, minimum(rows, divide_up(rows * maximum(work_of_row, 1), piece)))};
}

// totals[i, column] = sum over the rows of term i. term(row, column, part, sums) adds the register at
// `column` of row `row` to sums[0 .. count); work_of_row is the number of elements that a whole row reads.
template <int count, class Term>
void column_sums(Context& context, Index rows, Index work_of_row, Index columns, double* totals, Term term) {
  const Cut chunks = row_chunks(rows, work_of_row);
  ScratchScope scope(context.scratch);
  const Chunks here(context, chunks);
  float* partials = context.scratch.take<float>(chunks.parts * count * columns);
  parallel_for(context, here.count(), chunks.size(0) * work_of_row, [&](Index i) {
    const Index chunk = here.begin + i;
    float* partial = partials + chunk * count * columns;
    sweep(0, columns, [&](Index column, auto part) {
      Floats sums[count] = {};
      for (Index row = chunks.begin(chunk); row < chunks.begin(chunk + 1); ++row)
        term(row, column, part, sums);
      for (int i = 0; i < count; ++i) part.put(partial + i * columns + column, sums[i]);
    });
  });
  here.gather(partials, count * columns);
  for (Index j = 0; j < count * columns; ++j) {
    totals[j] = 0;
    for (Index chunk = 0; chunk < chunks.parts; ++chunk)
      totals[j] += static_cast<double>(partials[chunk * count * columns + j]);
  }
}

// sums[column] += sum of the rows of x [rows, columns]
inline void add_column_sums(Context& context, Index rows, Index columns, const float* x, float* sums) {
  ScratchScope scope(context.scratch);
  double* totals = context.scratch.take<double>(columns);
  column_sums<1>(context, rows, columns, columns, totals,
                 [&](Index row, Index column, auto part, Floats(&into)[1]) {
                   into[0] = into[0] + part.get(x + row * columns + column);
                 });
  for (Index j = 0; j < columns; ++j) sums[j] = static_cast<float>(static_cast<double>(sums[j]) + totals[j]);
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
