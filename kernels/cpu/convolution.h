#pragma once
// What the convolution kernels share: how a picture is laid out for the micro-kernel, and how filters are packed.
#include "kernels/context.h"
#include "kernels/cpu/microkernel.h"
#include "kernels/cpu/parallel.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// A convolution as the loops see it. Forward it is the ConvolutionShape itself; the gradient by the input is a
// convolution too, of dy with the turned filter (convolution_backward.cpp).
struct Correlation {
  Index pictures, height, width, channels;  // what is read, NHWC
  Index pad_top, pad_left, spread;          // `spread` - 1 zeros lie between neighbours of what is read
  Index kernel_height, kernel_width, stride;
  Index out_height, out_width, out_channels;

  Index run() const {
    return kernel_width * channels;
  }  // of a patch, what lies together in one row of the picture
  Index patch() const { return kernel_height * run(); }
  Index padded_width() const { return (out_width - 1) * stride + kernel_width; }
  Index padded_row() const { return padded_width() * channels; }
  Index padded_rows(Index rows) const { return (rows - 1) * stride + kernel_height; }
  Index work() const { return pictures * out_height * out_width * out_channels * patch(); }
};

// A band: some output rows of one picture. Its input rows are copied into a thread's own memory with the zeros of the
// padding around them. After that no loop asks where the border is, and row r of every patch is one run of
// kernel_width * channels numbers: the micro-kernel reads patches where they lie, and nothing is unfolded (im2col).
constexpr Index band_rows =
    16;  // copies 20 rows of input for 16 of output (5 x 5); with its output it fits the L2

struct Band {
  Index picture, first, rows;
};

struct Bands {
  Index pictures;
  Cut cut;     // of the output rows of a picture, in units
  Index unit;  // rows that must stay together: 2 where they are pooled
  Index count() const { return pictures * cut.parts; }
  Index most_rows() const { return divide_up(cut.n, cut.parts) * unit; }
  Band operator[](Index i) const {
    const Index part = i % cut.parts;
    return {i / cut.parts, cut.begin(part) * unit, cut.size(part) * unit};
  }
};

inline Bands bands_of(const Correlation& c, Index unit) {
  const Index units = c.out_height / unit;
  return {c.pictures, {units, maximum(1, divide_up(units * unit, band_rows))}, unit};
}

// padded [padded_rows(band.rows), padded_width(), channels]
inline void copy_band(const Correlation& c, const Band& band, const float* x, float* padded) {
  const float* picture = x + band.picture * c.height * c.width * c.channels;
  for (Index row = 0; row < c.padded_rows(band.rows); ++row, padded += c.padded_row()) {
    const Index v = band.first * c.stride + row - c.pad_top;  // the row of the spread picture
    clear_floats(padded, c.padded_row());
    if (v < 0 || v % c.spread != 0 || v / c.spread >= c.height) continue;
    const float* from = picture + v / c.spread * c.width * c.channels;
    if (c.spread == 1) {
      const Index begin = maximum(0, -c.pad_left), end = minimum(c.width, c.padded_width() - c.pad_left);
      if (end > begin)
        copy_floats(padded + (begin + c.pad_left) * c.channels, from + begin * c.channels,
                    (end - begin) * c.channels);
    } else {
      for (Index j = 0; j < c.width; ++j) {
        const Index at = j * c.spread + c.pad_left;
        if (at >= 0 && at < c.padded_width())
          copy_floats(padded + at * c.channels, from + j * c.channels, c.channels);
      }
    }
  }
}

// The columns of the implicit GEMM (channels of the output) in blocks of tile_columns, the last one register wide where
// that is enough: 16 output channels are one AVX-512 register, and such a tile has twice the rows.
struct ColumnBlock {
  Index first, columns;
  bool narrow;
  Index width() const { return narrow ? lanes : tile_columns; }
};
struct ColumnBlocks {
  Index n;
  Index count() const { return divide_up(n, tile_columns); }
  Index padded() const { return round_up(n, lanes); }
  ColumnBlock operator[](Index i) const {
    const Index first = i * tile_columns, columns = minimum(tile_columns, n - first);
    return {first, columns, columns <= lanes};
  }
};

// One row of outputs: put(pixel, channel, value, part) for each register of y[0 .. pixels), `row` the band row at which
// the filter stands. panels: pack_filter.
template <class Put>
TRIPTYCH_INLINE void correlate_row(const Correlation& c, const float* row, Index pixels, const float* panels,
                                   Put put) {
  const ColumnBlocks blocks = {c.out_channels};
  const Index a_row = c.stride * c.channels;
  for (Index i = 0; i < blocks.count(); ++i) {
    const ColumnBlock block = blocks[i];
    const float* panel = panels + c.patch() * block.first;
    auto tiles_of = [&](auto vectors) {
      constexpr int width = decltype(vectors)::number, most = tile_rows_of(width);
      const Cut tiles = {pixels, divide_up(pixels, most)};
      for (Index t = 0; t < tiles.parts; ++t) {
        const Index first = tiles.begin(t);
        with_constant<most>(tiles.size(t), [&](auto count) {
          Tile<decltype(count)::number, width> tile;
          clear(tile);
          const float *a = row + first * a_row, *b = panel;
          for (Index r = 0; r < c.kernel_height; ++r, a += c.padded_row(), b += c.run() * width * lanes)
            accumulate(tile, c.run(), a, a_row, Constant<1>{}, b, Constant<width * lanes>{});
          for_tile(tile, block.columns, [&](int pixel, int column, Floats value, auto part) {
            put(first + pixel, block.first + column, value, part);
          });
        });
      }
    };
    if (block.narrow)
      tiles_of(Constant<1>{});
    else
      tiles_of(Constant<tile_vectors>{});
  }
}

// The filter as panels, one for each column block: [patch][width], 0 where there is no channel.
// weight(k, o): element k of the patch, output channel o.
template <class Weight>
void pack_filter(Index patch, Index out_channels, float* panels, Weight weight) {
  const ColumnBlocks blocks = {out_channels};
  for (Index i = 0; i < blocks.count(); ++i) {
    const ColumnBlock block = blocks[i];
    float* to = panels + patch * block.first;
    for (Index k = 0; k < patch; ++k)
      for (Index j = 0; j < block.width(); ++j) *to++ = j < block.columns ? weight(k, block.first + j) : 0.0f;
  }
}

// A sum over all pixels of a batch is cut into chunks of items, each with a partial result of its own, added in order at
// the end. At most this many, and fewer where a result is so large that its copies would be: 16 Mi floats are 64 MiB.
constexpr Index most_chunks = 32, most_partial_floats = Index(1) << 24;
inline Index chunks_of(Index items, Index partial_size) {
  return minimum(items, minimum(most_chunks, maximum(2, most_partial_floats / partial_size)));
}

inline Correlation forward_correlation(const ConvolutionShape& s) {
  return {s.batch,         s.height,       s.width,  s.in_channels,  s.pad,         s.pad,         1,
          s.kernel_height, s.kernel_width, s.stride, s.out_height(), s.out_width(), s.out_channels};
}

// body(band, padded, own) for every band in parallel: `padded` holds its input rows, `own` is `own_size` floats of the
// thread that has it.
template <class Body>
void for_bands(Context& context, const Correlation& c, Index unit, const float* x, Index own_size,
               Body body) {
  const Bands bands = bands_of(c, unit);
  if (bands.most_rows() == 0 || c.work() == 0) return;
  const Index padded_size = round_up(c.padded_rows(bands.most_rows()) * c.padded_row(), 16);
  own_size = round_up(own_size, 16);
  ScratchScope scope(context.scratch);
  float* memory = context.scratch.take<float>((padded_size + own_size) * context.threads);
  const bool shared = context.threads > 1 && c.work() >= 32 * worth_sharing;
#pragma omp parallel for schedule(dynamic) num_threads(context.threads) if (shared)
  for (Index i = 0; i < bands.count(); ++i) {
    float* padded = memory + omp_get_thread_num() * (padded_size + own_size);
    copy_band(c, bands[i], x, padded);
    body(bands[i], padded, padded + padded_size);
  }
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
