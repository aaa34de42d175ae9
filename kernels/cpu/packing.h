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

// to[step * width + i] = from[i * distance + step] for i < lines, and 0 for lines <= i < width: lines that lie along the
// steps are turned, a square of registers at a time.
template <int width>
void pack_turned(const float* from, Index distance, Index lines, Index steps, float* to) {
  Index step = 0;
  for (; step + lanes <= steps; step += lanes)
    // From the last group of lines to the first: what a whole register stores beyond its group, the next one repairs.
    for (int group = (width - 1) / lanes * lanes; group >= 0; group -= lanes) {
      Floats square[lanes];
#pragma GCC unroll 16
      for (int i = 0; i < lanes; ++i)
        square[i] =
            group + i < width && group + i < lines ? load(from + (group + i) * distance + step) : Floats{};
      transpose(square);
#pragma GCC unroll 16
      for (int i = 0; i < lanes; ++i) store(to + (step + i) * width + group, square[i]);
    }
  for (; step < steps; ++step)
    for (Index i = 0; i < width; ++i) to[step * width + i] = i < lines ? from[i * distance + step] : 0.0f;
}

// A panel of op(B), to[k][vectors * lanes]: its `columns` first columns are filled, the rest is 0.
template <int vectors>
void pack_panel(const Operand& b, Index k, Index columns, float* to) {
  constexpr int width = vectors * lanes;
  if (b.column != 1) return pack_turned<width>(b.data, b.column, columns, k, to);
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
  if (a.row != 1) return pack_turned<rows>(a.data, a.row, rows, k, to);
  for (Index step = 0; step < k; ++step, to += rows)
    std::memcpy(to, a.data + step * a.column, rows * sizeof(float));
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
