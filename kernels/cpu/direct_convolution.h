#pragma once
// A convolution by its definition, for shapes that Winograd's algorithm does not fit: a band of rows is
// copied with its padding, and the micro-kernel reads the patches of neighbouring pixels in place.
#include "kernels/cpu/convolution.h"
#include "kernels/cpu/pooled.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The direct algorithm of correlate.h; Winograd (winograd_convolution.h) is the alternative.
struct Direct {
  Correlation c;

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

  // Computes all outputs of a band, tiles of neighbouring pixels x output channels.
  void compute(const Band& band, Upcoming, const float* x, const float* panels, const Outputs& out,
               float* padded) const {
    copy_band(c, band, x, padded);
    const ColumnBlocks blocks = {c.out_channels};
    for (Index row = 0; row < band.rows; ++row)
      for (Index i = 0; i < blocks.count(); ++i) {
        const ColumnBlock block = blocks[i];
        block.with_vectors([&](auto vectors) {
          constexpr int width = decltype(vectors)::number, most = tile_rows_of(width);
          const Cut tiles = {c.out_width, divide_up(c.out_width, most)};
          for (Index t = 0; t < tiles.parts; ++t)
            with_constant<most>(tiles.size(t), [&](auto pixels) {
              Tile<decltype(pixels)::number, width> tile;
              clear(tile);
              const float* patch =
                  padded + row * c.stride * c.padded_row() + tiles.begin(t) * c.stride * c.channels;
              for (Index r = 0; r < c.kernel_height; ++r)
                accumulate(tile, c.run(), patch + r * c.padded_row(), c.stride * c.channels, Constant<1>{},
                           panels + c.patch() * block.first + r * c.run() * block.width(), block.width());
              put(tile, row, tiles.begin(t), block, out);
            });
        });
      }
  }

  void compute(const Band& band, Upcoming upcoming, const float* x, const float* panels,
               const PooledOutputs& out, float* own) const {
    const Index row_size = c.out_width * c.out_channels;
    float* values = own + input_size(band.rows);
    compute(band, upcoming, x, panels, Outputs{values, row_size, c.out_channels, nullptr, false}, own);
    for (Index row = 0; row < band.rows; row += 2)
      out.pool(row, 0, out.width, values + row * row_size, row_size);
  }

 private:
  Index input_size(Index rows) const { return c.padded_rows(rows) * c.padded_row(); }

  template <int pixels, int vectors>
  static void put(const Tile<pixels, vectors>& tile, Index row, Index first, const ColumnBlock& block,
                  const Outputs& out) {
    float* to = out.to + row * out.row_distance + first * out.channels + block.first;
    for_tile(tile, block.columns, [&](Index j, Index o, Floats value, auto part) {
      float* pixel = to + j * out.channels + o;
      if (out.add) value = part.get(pixel) + value;
      if (out.bias) value = value + part.get(out.bias + block.first + o);
      part.put(pixel, value);
    });
  }
};

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
