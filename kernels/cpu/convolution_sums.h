#pragma once
// The gradient of a convolution by its weights, a sum over all pixels of a batch: the contribution of one
// band to a thread's partial sum, by the definition or by Winograd's algorithm.
#include "kernels/cpu/winograd_convolution.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// partial[k, o] += sum over the band's pixels of patch[pixel, k] dy[pixel, o], both with rows of `stored`
// elements: the output channels rounded up to whole registers. Rows of the tile are neighbouring taps, its
// columns output channels; the sum runs along the rows of pixels.
inline void add_band(const Correlation& c, Index rows, const float* padded, const float* dy, Index stored,
                     float* partial) {
  const ColumnBlocks blocks = {c.out_channels};
  for (Index r = 0; r < c.kernel_height; ++r) {
    for (Index i = 0; i < blocks.count(); ++i) {
      const ColumnBlock block = blocks[i];
      block.with_vectors([&](auto vectors) {
        constexpr int width = decltype(vectors)::number, most = tile_rows_of(width);
        const Cut tiles = {c.run(), divide_up(c.run(), most)};
        for (Index t = 0; t < tiles.parts; ++t) {
          const Index tap = tiles.begin(t);
          with_constant<most>(tiles.size(t), [&](auto count) {
            Tile<decltype(count)::number, width> tile;
            clear(tile);
            for (Index row = 0; row < rows; ++row)
              accumulate(tile, c.out_width, padded + (row * c.stride + r) * c.padded_row() + tap,
                         Constant<1>{}, c.stride * c.channels, dy + row * c.out_width * stored + block.first,
                         stored);
            float* to = partial + (r * c.run() + tap) * stored + block.first;
            for_tile(tile, minimum(block.width(), stored - block.first),
                     [&](int k, int o, Floats value, auto part) {
                       part.put(to + k * stored + o, part.get(to + k * stored + o) + value);
                     });
          });
        }
      });
    }
  }
}

// How a chunk of bands is added to its `partial` [patch, stored]: by the definition, or at Winograd's points.
struct DirectSum {
  Correlation c;
  Index memory(Index rows) const { return c.padded_rows(rows) * c.padded_row(); }
  void begin(float*) const {}
  void add(const Band& band, const float* x, const float* g, float* own, float* partial) const {
    copy_band(c, band, x, own);
    add_band(c, band.rows, own, g, c.stored(), partial);
  }
  void finish(float*, float*) const {}
};

// Here five neighbouring taps are the outputs and four neighbouring pixels of dy the filter. The values of x
// and dy at the points are multiplied and summed over all tiles and rows; at the end of a chunk the sums are
// interpolated to taps.
template <int taps>
struct WinogradSum {
  static constexpr int pixels = points + 1 - taps;  // of dy in a tile
  Winograd<taps> plan;
  Index stored;

  explicit WinogradSum(const Correlation& c) : plan(c), stored(c.stored()) {}
  // For each chunk a thread clears and interpolates the sums at all points; a band must have enough tiles to
  // amortise that.
  static bool fits(const Correlation& c) {
    return Winograd<taps>::fits(c) && minimum(c.out_height, band_rows) * divide_up(c.out_width, pixels) >= 32;
  }

  Index memory(Index rows) const { return points * sums() + plan.input_size(rows) + points * dy_size(rows); }
  void begin(float* own) const { clear_floats(own, points * sums()); }
  void add(const Band& band, const float* x, const float* g, float* own, float*) const {
    float *v = own + points * sums(), *d = v + plan.input_size(band.rows);
    plan.transform_band(band, x, v);
    transform_dy(band.rows, g, d);
    for (int p = 0; p < points; ++p)
      add_band(plan.at_point(band.rows), plan.tiles, v + p * plan.point_input(band.rows),
               d + p * dy_size(band.rows), stored, own + p * sums());
  }
  void finish(const float* own, float* partial) const {
    const Index channels = plan.c.channels;
    for (Index r = 0; r < plan.c.kernel_height; ++r)
      for (Index k = 0; k < channels * stored; k += lanes) {
        Floats at_points[points], w[taps];
#pragma GCC unroll 8
        for (int p = 0; p < points; ++p) at_points[p] = load(own + p * sums() + r * channels * stored + k);
        interpolate(at_points, w);
        for (int s = 0; s < taps; ++s) {
          float* to = partial + (r * taps + s) * channels * stored + k;
          store(to, load(to) + w[s]);
        }
      }
  }

 private:
  // At one point: [kernel_height, channels, stored].
  Index sums() const {
    return plan.patch() * stored;
  }
  // At one point: [tiles, rows, stored].
  Index dy_size(Index rows) const {
    return rows * plan.tiles * stored;
  }

  void transform_dy(Index rows, const float* g, float* d) const {
    const Index size = dy_size(rows);
    for (Index t = 0; t < plan.tiles; ++t)
      for (Index i = 0; i < rows; ++i, d += stored)
        for (Index o = 0; o < stored; o += lanes) {
          Floats tile[pixels] = {}, at_points[points];
          const float* from = g + (i * plan.pixels + t * pixels) * stored + o;
          const Index count = plan.pixels - t * pixels;
          if (count >= pixels) {
#pragma GCC unroll 8
            for (int j = 0; j < pixels; ++j) tile[j] = load(from + j * stored);
          } else {
#pragma GCC unroll 8
            for (int j = 0; j < pixels - 1; ++j)
              if (j < count) tile[j] = load(from + j * stored);
          }
          evaluate(tile, at_points);
#pragma GCC unroll 8
          for (int p = 0; p < points; ++p) store(d + p * size + o, at_points[p]);
        }
  }
};

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
