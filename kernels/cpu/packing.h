#pragma once
// Packing: copying a block of an operand into the order in which the micro-kernel reads it.
#include <cstring>

#include "kernels/cpu/transpose.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

struct Operand {
  const float* data;
  Index row, column;  // strides of op(X) along i and j, one of them 1
  const float* at(Index i, Index j) const { return data + i * row + j * column; }
  Operand from(Index i, Index j) const { return {at(i, j), row, column}; }
};

inline Operand operand(Transpose t, const float* data, Index ld) {
  return t == Transpose::no ? Operand{data, ld, 1} : Operand{data, 1, ld};
}

// Packing stores whole registers, which may end up to this many floats beyond the last element.
constexpr Index packing_slack = lanes;

// to[step * width + i] = from[i * distance + step] for i < lines, and 0 for lines <= i < width: transposes
// lines that are contiguous along the steps, in squares of registers.
template <int width>
void pack_transposed(const float* from, Index distance, Index lines, Index steps, float* to) {
  const auto copy = [&](Index step, Index i) __attribute__((always_inline)) {
    to[step * width + i] = i < lines ? from[i * distance + step] : 0.0f;
  };
  // A single line beyond the last square is copied element by element; it would need a whole square.
  constexpr int transposed = width % side == 1 ? width - 1 : width;
  const Index whole = steps / side * side;
  if constexpr (transposed < width)
    for (Index step = 0; step < whole; ++step) copy(step, transposed);
  // Each group of `side` lines is read from start to end: a few sequential streams, which hardware
  // prefetchers follow. Groups run from last to first, because the part that a square stores beyond its group
  // is overwritten by the group stored next.
  for (int group = (transposed + side - 1) / side * side - side; group >= 0; group -= side)
    for (Index step = 0; step < whole; step += side) {
      Line square[side];
#pragma GCC unroll 8
      for (int i = 0; i < side; ++i)
        square[i] =
            group + i < width && group + i < lines ? load_line(from + (group + i) * distance + step) : Line{};
      transpose(square);
#pragma GCC unroll 8
      for (int i = 0; i < side; ++i) store_line(to + (step + i) * width + group, square[i]);
    }
  for (Index step = whole; step < steps; ++step)
    for (Index i = 0; i < width; ++i) copy(step, i);
}

// Packs a panel of op(B), to[k][vectors * lanes]: the first `columns` columns are copied, the rest is 0.
template <int vectors>
void pack_panel(const Operand& b, Index k, Index columns, float* to) {
  constexpr int width = vectors * lanes;
  if (b.column != 1) return pack_transposed<width>(b.data, b.column, columns, k, to);
  for (Index step = 0; step < k; ++step, to += width) {
    const float* from = b.data + step * b.row;
    for (int v = 0; v < vectors; ++v) {
      const Index left = columns - v * lanes;
      store(to + v * lanes, left >= lanes ? load(from + v * lanes)
                            : left > 0    ? load(from + v * lanes, left)
                                          : Floats{});
    }
  }
}

// Packs a tile of op(A), to[k][rows].
template <int rows>
void pack_tile(const Operand& a, Index k, float* to) {
  if (a.row != 1) return pack_transposed<rows>(a.data, a.row, rows, k, to);
  for (Index step = 0; step < k; ++step, to += rows)
    std::memcpy(to, a.data + step * a.column, rows * sizeof(float));
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
