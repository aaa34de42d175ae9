#pragma once
// What the convolution kernels share: how a picture is laid out for the micro-kernel, and how filters are packed.
#include "kernels/context.h"
#include "kernels/cpu/microkernel.h"
#include "kernels/cpu/parallel.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// The numbers begin .. end - 1.
struct Range {
  Index begin, end;
  Index size() const { return end - begin; }
};

// Of `taps` neighbouring taps, the first of which lies on place `at` of 0 .. size - 1, those that lie inside.
inline Range taps_inside(Index at, Index taps, Index size) {
  const Index begin = minimum(taps, maximum(0, -at));
  return {begin, maximum(begin, minimum(taps, size - at))};
}

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
  // Rows and columns of the filter that lie on the picture, and not wholly on its padding, for output row i and output column j.
  Range rows_at(Index i) const {
    return taps_inside(i * stride - pad_top, kernel_height, (height - 1) * spread + 1);
  }
  Range columns_at(Index j) const {
    return taps_inside(j * stride - pad_left, kernel_width, (width - 1) * spread + 1);
  }
  Index work() const { return pictures * out_height * out_width * out_channels * patch(); }
};

// A band: some output rows of one picture. Its input rows are copied into a thread's own memory with the zeros of the
// padding around them. After that no pixel is at a border, and row r of every patch is one run of
// kernel_width * channels numbers: the micro-kernel reads patches where they lie, and nothing is unfolded (im2col).
constexpr Index band_rows =
    18;  // copies 22 rows of input for 18 of output (5 x 5); with its output it fits the L2

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

// Of a single picture there are as many as four threads can share evenly.
inline Bands bands_of(const Correlation& c, Index unit) {
  const Index units = c.out_height / unit;
  Index parts = divide_up(units * unit, band_rows);
  if (c.pictures == 1) parts = minimum(units, round_up(parts, 4));
  return {c.pictures, {units, maximum(1, parts)}, unit};
}

// padded [padded_rows(band.rows), padded_width(), channels]
inline void copy_band(const Correlation& c, const Band& band, const float* x, float* padded) {
  const float* picture = x + band.picture * c.height * c.width * c.channels;
  for (Index row = 0; row < c.padded_rows(band.rows); ++row, padded += c.padded_row()) {
    const Index v = band.first * c.stride + row - c.pad_top;  // the row of the spread picture
    if (v < 0 || v % c.spread != 0 || v / c.spread >= c.height) {
      clear_floats(padded, c.padded_row());
      continue;
    }
    const float* from = picture + v / c.spread * c.width * c.channels;
    if (c.spread == 1) {
      const Index begin = minimum(c.padded_width(), maximum(0, c.pad_left)),
                  end = maximum(begin, minimum(c.padded_width(), c.width + c.pad_left));
      clear_floats(padded, begin * c.channels);
      copy_floats(padded + begin * c.channels, from + (begin - c.pad_left) * c.channels,
                  (end - begin) * c.channels);
      clear_floats(padded + end * c.channels, (c.padded_width() - end) * c.channels);
    } else {
      clear_floats(padded, c.padded_row());
      for (Index j = 0; j < c.width; ++j) {
        const Index at = j * c.spread + c.pad_left;
        if (at >= 0 && at < c.padded_width())
          copy_floats(padded + at * c.channels, from + j * c.channels, c.channels);
      }
    }
  }
}

// What the next band will read. A few lines at each tile go to the L2 on their way: all at once they would fill the queue of lines
// that a core may wait for, and read when they are needed they would be waited for.
struct Upcoming {
  static constexpr Index line = 16;  // floats
  const float *next, *end;
  Index lines;  // at a tile
  TRIPTYCH_INLINE void fetch_some() {
    for (Index i = 0; i < lines && next < end; ++i, next += line) __builtin_prefetch(next, 0, 2);
  }
};

inline Upcoming upcoming(const Correlation& c, const Band& band, const float* x) {
  const Index row = c.width * c.channels, first = band.first * c.stride - c.pad_top;
  const auto inside = [&](Index v) {  // rows of the picture above row v of the spread one
    return minimum(c.height, divide_up(maximum(0, v), c.spread));
  };
  const float* picture = x + band.picture * c.height * row;
  const Index begin = inside(first) * row, end = inside(first + c.padded_rows(band.rows)) * row;
  const Index tiles = divide_up(band.rows * c.out_width, tile_rows) * divide_up(c.out_channels, tile_columns);
  return {picture + begin, picture + end, divide_up(end - begin, Upcoming::line * tiles)};
}

// A band that is ready to be computed.
struct BandInput {
  Band band;
  const float* padded;  // copy_band
  Upcoming upcoming;
};

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

// Neighbouring outputs, along a row or down a column, that leave out the same part of the filter.
struct Strip {
  Index row, pixel;  // the first output
  bool down;         // the next one lies below it, not right of it
  Index count;
  Range rows, columns;  // of the filter: the rest meets zeros
};

// Where the outputs of a band go: element (row, pixel, channel) is to[row * row_distance + pixel * channels + channel].
struct Outputs {
  float* to;
  Index row_distance, channels;
  const float* bias;  // [channels], added to each pixel, or null
  bool add;           // to what is there; then bias is null
  bool far;           // from the core: fetched while a tile is computed
};

// The tile's pixels, `step` floats apart. Everything comes by value: a store of floats could change whatever lies in memory, so that
// the compiler would load it again for each register.
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

// panels: pack_filter.
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
    auto tiles_of = [&](auto vectors) {
      constexpr int width = decltype(vectors)::number, most = tile_rows_of(width);
      // Full tiles, and of what is left two even ones: no division, which would keep a short sum waiting.
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
    };
    if (block.narrow)
      tiles_of(Constant<1>{});
    else
      tiles_of(Constant<tile_vectors>{});
  }
}

// All outputs of a band, `pixels` of each row; row_done(row) when all of a row's are there. Taps that hang over the border
// would meet zeros: with 5 x 5 taps and pictures of 52 x 23 that is 7% of all work. Columns of the output that have such taps on their left
// or right are walked down, so that a tile's patches all lack the same ones, and so are pixels that would not fill a tile; what is left
// of the rows is walked along, without the taps above or below the picture. Where patches are small the walk along memory is worth more.
template <class RowDone>
void correlate_band(const Correlation& c, const BandInput& input, Index pixels, const float* panels,
                    const Outputs& out, RowDone row_done) {
  const Band& band = input.band;
  Upcoming upcoming = input.upcoming;
  constexpr Index small_patch = 256;
  const Range whole = {0, c.kernel_width};
  Range inner = {0, pixels};
  if (c.patch() >= small_patch) {
    while (inner.begin < pixels && c.columns_at(inner.begin).begin > 0) ++inner.begin;
    while (inner.end > inner.begin && c.columns_at(inner.end - 1).size() < c.kernel_width) --inner.end;
    const Index most = tile_rows_of(c.out_channels <= lanes ? 1 : tile_vectors);
    if (band.rows >= most) inner.end -= inner.size() % most;
  }
  for (Index j = 0; j < pixels; ++j)
    if (j < inner.begin || j >= inner.end)
      correlate_strip(c, input.padded, {0, j, true, band.rows, {0, c.kernel_height}, c.columns_at(j)}, panels,
                      out, upcoming);
  for (Index i = 0; i < band.rows; ++i) {
    correlate_strip(c, input.padded, {i, inner.begin, false, inner.size(), c.rows_at(band.first + i), whole},
                    panels, out, upcoming);
    row_done(i);
  }
}
inline void correlate_band(const Correlation& c, const BandInput& input, Index pixels, const float* panels,
                           const Outputs& out) {
  correlate_band(c, input, pixels, panels, out, [](Index) {});
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

// body(input, own) for every band in parallel; `own` is `own_size` floats of the thread that has it.
template <class Body>
void for_bands(Context& context, const Correlation& c, Index unit, const float* x, Index own_size,
               Body body) {
  const Bands bands = bands_of(c, unit);
  if (bands.most_rows() == 0 || c.work() == 0) return;
  const Index padded_size = round_up(c.padded_rows(bands.most_rows()) * c.padded_row(), 16);
  ScratchScope scope(context.scratch);
  const OwnMemory memory(context, padded_size + own_size);
  const bool shared = context.threads > 1 && c.work() >= 32 * worth_sharing;
  share_out(context, shared, bands.count(), [&](Index i, Index thread) {
    float* padded = memory.of(thread);
    copy_band(c, bands[i], x, padded);
    const Upcoming next = i + 1 < bands.count() ? upcoming(c, bands[i + 1], x) : Upcoming{};
    body(BandInput{bands[i], padded, next}, padded + padded_size);
  });
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
