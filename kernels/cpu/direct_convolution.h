#pragma once
// A convolution by its definition, with four optimisations: bands that include their padding, patches read in
// place, full tiles, and no multiplications by padding.
#include "kernels/cpu/convolution.h"
#include "kernels/cpu/pooled.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// Neighbouring outputs, along a row or down a column, that skip the same part of the filter.
struct Strip {
  Index row, pixel;  // the first output
  bool down;         // the next output is below, not to the right
  Index count;
  Range rows, columns;  // of the filter; the rest overlaps padding only
};

// Stores the tile's pixels, `step` floats apart. All arguments are values: after a store of floats the
// compiler would reload anything that the store might alias.
template <int rows, int vectors>
TRIPTYCH_INLINE void put_pixels(const Tile<rows, vectors>& tile, Index columns, float* to, Index step,
                                const float* bias, bool add) {
  if (add)
    for_tile(tile, columns, [=](Index i, Index o, Floats value, auto part) {
      part.put(to + i * step + o, part.get(to + i * step + o) + value);
    });
  else if (bias)
    for_tile(tile, columns, [=](Index i, Index o, Floats value, auto part) {
      part.put(to + i * step + o, value + part.get(bias + o));
    });
  else
    for_tile(tile, columns,
             [=](Index i, Index o, Floats value, auto part) { part.put(to + i * step + o, value); });
}

// Computes all outputs of a strip; for the panels see Direct::pack.
inline void correlate_strip(const Correlation& c, const float* padded, const Strip& strip,
                            const float* panels, const Outputs& out, Upcoming& upcoming) {
  const ColumnBlocks blocks = {c.out_channels};
  const Index a_row = c.stride * (strip.down ? c.padded_row() : c.channels);
  const Index skipped = strip.columns.begin * c.channels, run = strip.columns.size() * c.channels;
  const float* first = padded + (strip.row * c.stride + strip.rows.begin) * c.padded_row() +
                       strip.pixel * c.stride * c.channels + skipped;
  for (Index i = 0; i < blocks.count(); ++i) {
    const ColumnBlock block = blocks[i];
    const float* panel =
        panels + c.patch() * block.first + (strip.rows.begin * c.run() + skipped) * block.width();
    const Index step = strip.down ? out.row_distance : out.channels;
    float* to = out.to + strip.row * out.row_distance + strip.pixel * out.channels + block.first;
    const float* bias = out.bias ? out.bias + block.first : nullptr;
    block.with_vectors([&](auto vectors) {
      constexpr int width = decltype(vectors)::number, most = tile_rows_of(width);
      // Full tiles, and two of equal size for the remainder; no division, whose latency would delay a short
      // sum.
      for (Index begin = 0, size; begin < strip.count; begin += size) {
        const Index left = strip.count - begin;
        size = left >= 2 * most ? most : left > most ? (left + 1) / 2 : left;
        with_constant<most>(size, [&](auto count) {
          Tile<decltype(count)::number, width> tile;
          clear(tile);
          float* tile_to = to + begin * step;
          if (out.far)
#pragma GCC unroll 32
            for (int pixel = 0; pixel < decltype(count)::number; ++pixel)
              __builtin_prefetch(tile_to + pixel * step, 1);
          const float *a = first + begin * a_row, *b = panel;
          for (Index r = 0; r < strip.rows.size(); ++r, a += c.padded_row(), b += c.run() * width * lanes)
            accumulate(tile, run, a, a_row, Constant<1>{}, b, Constant<width * lanes>{});
          put_pixels(tile, block.columns, tile_to, step, bias, out.add);
          upcoming.fetch_some();
        });
      }
    });
  }
}

// The direct algorithm of correlate.h; Winograd (winograd_convolution.h) is the alternative.
struct Direct {
  Correlation c;
  static constexpr Index small_patch = 256;

  Index filter_size() const { return c.patch() * c.stored(); }  // floats

  // Packs the filter w [patch, out_channels] as panels, one per column block: [patch][width], 0 where there
  // is no channel.
  void pack(const float* w, float* panels) const {
    const ColumnBlocks blocks = {c.out_channels};
    for (Index i = 0; i < blocks.count(); ++i) {
      const ColumnBlock block = blocks[i];
      float* to = panels + c.patch() * block.first;
      for (Index k = 0; k < c.patch(); ++k, to += block.width()) {
        clear_floats(to + block.columns, block.width() - block.columns);
        copy_floats(to, w + k * c.out_channels + block.first, block.columns);
      }
    }
  }

  // Floats of thread memory for a band: its input, and its outputs if they will be pooled.
  Index memory(Index rows, bool pooled) const {
    return input_size(rows) + (pooled ? rows * c.out_width * c.out_channels : 0);
  }

  void compute(const Band& band, Upcoming upcoming, const Source& x, const float* panels, const Outputs& out,
               float* own) const {
    compute(band, upcoming, x, panels, out, own, [](Index) {});
  }
  // Two rows are pooled as soon as both are computed.
  void compute(const Band& band, Upcoming upcoming, const Source& x, const float* panels,
               const PooledOutputs& out, float* own) const {
    const Index row_size = c.out_width * c.out_channels;
    float* values = own + input_size(band.rows);
    compute(band, upcoming, x, panels, {values, row_size, c.out_channels, nullptr, false, false}, own,
            [&](Index row) {
              if (row % 2 == 1) out.pool(row - 1, 0, out.width, values + (row - 1) * row_size, row_size);
            });
  }

 private:
  Index input_size(Index rows) const { return round_up(c.padded_rows(rows) * c.padded_row(), 16); }

  // Computes all outputs of a band; row_done(row) is called when a row is complete. Taps beyond the border
  // would multiply zeros: with 5 x 5 taps and images of 52 x 23 that is 7% of the work. Output columns that
  // have such taps on their left or right are processed downwards, so that the patches of a tile skip the
  // same taps; so are the pixels of a row that would not fill a tile. The remaining pixels are processed
  // along the rows, without the taps above or below the image. For small patches access along memory matters
  // more, and all pixels are processed along the rows.
  template <class RowDone>
  void compute(const Band& band, Upcoming upcoming, const Source& x, const float* panels, const Outputs& out,
               float* padded, RowDone row_done) const {
    copy_band(c, band, x, padded);
    const Range whole = {0, c.kernel_width};
    Range inner = {0, c.out_width};
    if (c.patch() >= small_patch) {
      while (inner.begin < c.out_width && c.columns_at(inner.begin).begin > 0) ++inner.begin;
      while (inner.end > inner.begin && c.columns_at(inner.end - 1).size() < c.kernel_width) --inner.end;
      const Index most = tile_rows_of(c.out_channels <= lanes ? 1 : tile_vectors);
      if (band.rows >= most) inner.end -= inner.size() % most;
    }
    for (Index j = 0; j < c.out_width; ++j)
      if (j < inner.begin || j >= inner.end)
        correlate_strip(c, padded, {0, j, true, band.rows, {0, c.kernel_height}, c.columns_at(j)}, panels,
                        out, upcoming);
    for (Index i = 0; i < band.rows; ++i) {
      correlate_strip(c, padded, {i, inner.begin, false, inner.size(), c.rows_at(band.first + i), whole},
                      panels, out, upcoming);
      row_done(i);
    }
  }
};

}  // namespace

// y = x * w by this algorithm, whichever suits the shape best (convolution.cpp); for the ladder.
void convolution_forward_directly(Context&, const ConvolutionShape&, const float* x, const float* w,
                                  float* y);

}  // namespace triptych::cpu::TRIPTYCH_ISA
