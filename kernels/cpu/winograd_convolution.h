#pragma once
// A convolution by Winograd's algorithm along the rows of the image (winograd.h) and by the definition down
// its columns.
//
//      a row of x        8 rows, one for each point p       8 rows of products        a row of y
//      23 pixels   B^T   6 tiles                            6 tiles                   23 pixels
//     [ ......... ] --> [ V0 ...... ]   5 rows x channels  [ M0 ...... ]       A^T   [ ......... ]
//                       [ V1 ...... ] ------------------>  [ M1 ...... ] ---------->
//                       [ .. ...... ]  filter U_p = G g    [ .. ...... ]
//
// Between the transforms are eight convolutions with filters of one column, in which tiles take the place of
// pixels: each has sums of a fifth of the patch for a quarter of the outputs. V is stored by columns of
// tiles, so that a patch of all rows of the filter is one run.
#include "kernels/cpu/convolution.h"
#include "kernels/cpu/pooled.h"
#include "kernels/cpu/winograd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The part that does not depend on the number of taps: how an image is split into tiles, and the products at
// the points.
struct WinogradTiles {
  Correlation c;        // out_width rounded up to whole tiles
  Index pixels, tiles;  // per row of the output

  WinogradTiles(const Correlation& of, Index outputs)
      : c(of), pixels(of.out_width), tiles(divide_up(of.out_width, outputs)) {
    c.out_width = tiles * outputs;
  }

  // The convolution at one point for `rows` rows of outputs: its image has one row per column of tiles, in
  // which a patch of [kernel_height, channels] is one run.
  Correlation at_point(Index rows) const {
    return {.images = 1,
            .height = tiles,
            .width = rows + c.kernel_height - 1,
            .channels = c.channels,
            .pad_top = 0,
            .pad_left = 0,
            .spread = 1,
            .kernel_height = 1,
            .kernel_width = c.kernel_height,
            .stride = 1,
            .out_height = tiles,
            .out_width = rows,
            .out_channels = c.stored()};
  }
  Index patch() const { return c.kernel_height * c.channels; }

  // Floats of the packed filter, at all points and at one.
  Index filter_size() const { return points * point_filter(); }
  Index point_filter() const { return patch() * c.stored(); }

  // Columns of tiles that are processed together: the arrays between the transforms stay in L2.
  Index group() const {
    constexpr Index bytes = 96 << 10;
    return minimum(tiles, maximum(1, bytes / (points * band_rows * c.stored() * Index(sizeof(float)))));
  }

  // The transformed input of a band at one point: [tiles][padded rows][channels]. Stores are whole registers
  // for any number of channels; the excess overwrites the next pixel, which is stored later, and the end has
  // room for it.
  Index point_input(Index rows) const { return round_up(tiles * at_point(rows).padded_row() + lanes, 16); }
  // At all points, plus the band itself.
  Index input_size(Index rows) const {
    return points * point_input(rows) + round_up(c.padded_rows(rows) * c.padded_row() + lanes, 16);
  }

  // At one point: m [tiles][rows][stored] = the sums over all patches of v [tiles][padded rows][channels].
  void multiply(Index rows, Index tiles_there, const float* v, const float* panels, float* m,
                Upcoming& upcoming) const {
    const Index distance = (rows + c.kernel_height - 1) * c.channels, n = c.stored();
    const ColumnBlocks blocks = {n};
    for (Index i = 0; i < blocks.count(); ++i) {
      const ColumnBlock block = blocks[i];
      block.with_vectors([&](auto vectors) {
        constexpr int width = decltype(vectors)::number, most = tile_rows_of(width);
        const Cut cut = {rows, divide_up(rows, most)};
        for (Index t = 0; t < tiles_there; ++t)
          for (Index k = 0; k < cut.parts; ++k)
            with_constant<most>(cut.size(k), [&](auto count) {
              Tile<decltype(count)::number, width> tile;
              clear(tile);
              accumulate(tile, patch(), v + t * distance + cut.begin(k) * c.channels, c.channels,
                         Constant<1>{}, panels + patch() * block.first, Constant<width * lanes>{});
              float* to = m + (t * rows + cut.begin(k)) * n + block.first;
              for_tile(tile, width * lanes,
                       [=](Index row, Index o, Floats value, auto) { store(to + row * n + o, value); });
              upcoming.fetch_some();
            });
      });
    }
  }
};

// The Winograd algorithm of correlate.h for filters of width `taps`; Direct (direct_convolution.h) is the
// alternative.
template <int taps>
struct Winograd : WinogradTiles {
  static constexpr int outputs = points + 1 - taps;  // neighbouring pixels of a tile
  static constexpr int few = 4;  // images of up to this many channels use narrow registers
  typedef float Few __attribute__((vector_size(few * 4)));

  explicit Winograd(const Correlation& of) : WinogradTiles(of, outputs) {}

  // Whether it is faster here: enough multiplications between the transforms, and full registers.
  static bool fits(const Correlation& c) {
    return c.kernel_width == taps && c.stride == 1 && c.spread == 1 && c.kernel_height * c.channels >= 15 &&
           c.out_channels >= lanes && c.out_width >= outputs;
  }

  // Packs U = G g of the filter w [kernel_height, taps, channels, out_channels], as panels for each point.
  void pack(const float* w, float* panels) const {
    const ColumnBlocks blocks = {c.out_channels};
    const Index tap = c.channels * c.out_channels;
    for (Index i = 0; i < blocks.count(); ++i) {
      const ColumnBlock block = blocks[i];
      float* to = panels + patch() * block.first;
      for (Index k = 0; k < patch(); ++k, to += block.width()) {
        const float* from = w + k / c.channels * taps * tap + k % c.channels * c.out_channels + block.first;
        if (block.columns < block.width())
          for (int p = 0; p < points; ++p) clear_floats(to + p * point_filter(), block.width());
        sweep(0, block.columns, [&](Index o, auto part) {
          Floats g[taps], u[points];
#pragma GCC unroll 8
          for (int s = 0; s < taps; ++s) g[s] = part.get(from + s * tap + o);
          evaluate(g, u);
#pragma GCC unroll 8
          for (int p = 0; p < points; ++p) part.put(to + p * point_filter() + o, u[p]);
        });
      }
    }
  }

  // Floats of thread memory for a band: its input at the points, the products and, with pooling, one tile of
  // outputs.
  Index memory(Index rows, bool pooled) const {
    return input_size(rows) + points * group() * rows * c.stored() +
           (pooled ? 2 * outputs * c.out_channels : 0);
  }

  // Computes all outputs of a band.
  template <class Out>
  void compute(const Band& band, Upcoming upcoming, const float* x, const float* panels, const Out& out,
               float* own) const {
    const Index rows = band.rows, most = group(), column = rows * c.stored(),
                input_column = at_point(rows).padded_row();
    float *v = own, *m = v + input_size(rows), *tile = m + points * most * column;
    transform_band(band, x, v);
    for (Index first = 0; first < tiles; first += most) {
      const Index count = minimum(most, tiles - first);
      for (int p = 0; p < points; ++p)
        multiply(rows, count, v + p * point_input(rows) + first * input_column, panels + p * point_filter(),
                 m + p * most * column, upcoming);
      for (Index t = 0; t < count; ++t)
        interpolate_column(m + t * column, most * column, rows, first + t, out, tile);
    }
  }

  // v [points][tiles][padded rows][channels] = B^T d
  void transform_band(const Band& band, const float* x, float* v) const {
    float* padded = v + points * point_input(band.rows);
    copy_band(c, band, x, padded);
    clear_floats(padded + c.padded_rows(band.rows) * c.padded_row(), lanes);
    // An image has three channels: wide registers would be mostly empty.
    if (c.channels <= few)
      transform_padded<Few>(band.rows, padded, v);
    else
      transform_padded<Floats>(band.rows, padded, v);
  }

 private:
  template <class Vector>
  TRIPTYCH_INLINE void transform_padded(Index band_rows, const float* padded, float* v) const {
    constexpr Index width = sizeof(Vector) / sizeof(float);
    const Index size = point_input(band_rows), rows = c.padded_rows(band_rows), row = c.padded_row(),
                channels = c.channels;
    for (Index t = 0; t < tiles; ++t) {
      const float* from = padded + t * outputs * channels;
      for (Index i = 0; i < rows; ++i, from += row, v += channels)
        for (Index ch = 0; ch < channels; ch += width) {
          Vector d[points], at_points[points];
#pragma GCC unroll 8
          for (int k = 0; k < points; ++k) std::memcpy(&d[k], from + k * channels + ch, sizeof d[k]);
          transform_input(d, at_points);
#pragma GCC unroll 8
          for (int p = 0; p < points; ++p) std::memcpy(v + p * size + ch, &at_points[p], sizeof at_points[p]);
        }
    }
  }

  // A column of outputs = A^T m, with m [points][rows][stored] and `distance` between points.
  void interpolate_column(const float* m, Index distance, Index rows, Index t, const Outputs& out,
                          float*) const {
    const Index count = minimum(outputs, pixels - t * outputs), step = out.channels;
    float* to = out.to + t * outputs * step;
    for (Index i = 0; i < rows; ++i, m += c.stored(), to += out.row_distance)
      if (out.add)
        interpolate_pixels(m, distance, count, [=](Index j, Index o, Floats y, auto part) {
          part.put(to + j * step + o, part.get(to + j * step + o) + y);
        });
      else if (const float* bias = out.bias)
        interpolate_pixels(m, distance, count, [=](Index j, Index o, Floats y, auto part) {
          part.put(to + j * step + o, y + part.get(bias + o));
        });
      else
        interpolate_pixels(m, distance, count,
                           [=](Index j, Index o, Floats y, auto part) { part.put(to + j * step + o, y); });
  }
  // Two rows at a time, through tile [2][outputs][out_channels], which stays in L1.
  void interpolate_column(const float* m, Index distance, Index rows, Index t, const PooledOutputs& out,
                          float* tile) const {
    const Index count = minimum(outputs, pixels - t * outputs), step = c.out_channels;
    for (Index i = 0; i < rows; i += 2) {
      for (Index row = 0; row < 2; ++row, m += c.stored()) {
        float* to = tile + row * outputs * step;
        interpolate_pixels(m, distance, count,
                           [=](Index j, Index o, Floats y, auto part) { part.put(to + j * step + o, y); });
      }
      out.pool(i, t * outputs, count / 2, tile, outputs * step);
    }
  }
  // Calls put(j, channel, y, part) for the registers of `count` neighbouring outputs j.
  template <class Put>
  TRIPTYCH_INLINE void interpolate_pixels(const float* m, Index distance, Index count, Put put) const {
    sweep(0, c.out_channels, [&](Index o, auto part) {
      Floats products[points], y[outputs];
#pragma GCC unroll 8
      for (int p = 0; p < points; ++p) products[p] = load(m + p * distance + o);
      interpolate(products, y);
      if (count == outputs) {
#pragma GCC unroll 8
        for (int j = 0; j < outputs; ++j) put(j, o, y[j], part);
      } else {
#pragma GCC unroll 8
        for (int j = 0; j < outputs - 1; ++j)
          if (j < count) put(j, o, y[j], part);
      }
    });
  }
};

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
