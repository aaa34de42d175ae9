#pragma once
// Packing: a block of an operand copied into the order in which the micro-kernel reads it.
#include <cstring>

#include "kernels/cpu/transpose.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

struct Operand {
  const float* data;
  Index row, column;  // distances between neighbours of op(X), one of them 1
  const float* at(Index i, Index j) const { return data + i * row + j * column; }
  Operand from(Index i, Index j) const { return {at(i, j), row, column}; }
};

inline Operand operand(Transpose t, const float* data, Index ld) {
  return t == Transpose::no ? Operand{data, ld, 1} : Operand{data, 1, ld};
}

// What packing stores whole registers of may end this many numbers behind the last.
constexpr Index packing_slack = lanes;

// to[step * width + i] = from[i * distance + step] for i < lines, and 0 for lines <= i < width: lines that
// lie along the steps are transposed, a square of registers at a time.
template <int width>
void pack_transposed(const float* from, Index distance, Index lines, Index steps, float* to) {
  const auto copy = [&](Index step, Index i) __attribute__((always_inline)) {
    to[step * width + i] = i < lines ? from[i * distance + step] : 0.0f;
  };
  // A ninth line would have a square for itself.
  constexpr int transposed = width % side == 1 ? width - 1 : width;
  const Index whole = steps / side * side;
  if constexpr (transposed < width)
    for (Index step = 0; step < whole; ++step) copy(step, transposed);
  // A few lines from start to end, which a processor foresees, and not a piece of each. From the last group
  // of them to the first: what a square stores beyond its group, the next one repairs.
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

// A panel of op(B), to[k][vectors * lanes]: its `columns` first columns are filled, the rest is 0.
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

// A tile of op(A), to[k][rows].
template <int rows>
void pack_tile(const Operand& a, Index k, float* to) {
  if (a.row != 1) return pack_transposed<rows>(a.data, a.row, rows, k, to);
  for (Index step = 0; step < k; ++step, to += rows)
    std::memcpy(to, a.data + step * a.column, rows * sizeof(float));
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
