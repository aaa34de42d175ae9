#pragma once
// Shared by the convolution kernels: how an image is laid out for the micro-kernel, and how its bands are
// read.
#include "kernels/context.h"
#include "kernels/cpu/microkernel.h"
#include "kernels/cpu/parallel.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {

namespace {

// A convolution as the loops see it. The forward pass is the ConvolutionShape itself; the gradient by the
// input is a convolution of dy with the rotated filter (convolution.cpp).
struct Correlation {
  Index images, height, width, channels;  // of the input, NHWC
  Index pad_top, pad_left, spread;        // dilated input: `spread` - 1 zeros between neighbouring pixels
  Index kernel_height, kernel_width, stride;
  Index out_height, out_width, out_channels;

  // Elements of one row of a patch: contiguous in an image row.
  Index run() const { return kernel_width * channels; }
  Index patch() const { return kernel_height * run(); }
  Index stored() const { return round_up(out_channels, lanes); }  // output channels in whole registers
  Index padded_width() const { return (out_width - 1) * stride + kernel_width; }
  Index padded_row() const { return padded_width() * channels; }
  Index padded_rows(Index rows) const { return (rows - 1) * stride + kernel_height; }
  Index work() const { return images * out_height * out_width * out_channels * patch(); }
};

// A band: some output rows of one image. Its input rows are copied into the thread's own memory, with the
// zeros of the padding. Then no pixel is at a border, and row r of every patch is a run of kernel_width *
// channels elements: the micro-kernel reads patches in place, without unfolding them (im2col).
constexpr Index band_rows = 18;  // 22 rows of input for 18 of output (5 x 5); with its output a band fits L2

struct Band {
  Index image, first, rows;
};

struct Bands {
  Index images;
  Cut cut;     // partition of the output rows of an image, in units
  Index unit;  // rows that must stay together: 2 with pooling
  Index count() const { return images * cut.parts; }
  Index most_rows() const { return divide_up(cut.n, cut.parts) * unit; }
  Band operator[](Index i) const {
    const Index part = i % cut.parts;
    return {i / cut.parts, cut.begin(part) * unit, cut.size(part) * unit};
  }
};

// A single image has a number of bands that four threads can share evenly.
inline Bands bands_of(const Correlation& c, Index unit) {
  const Index units = c.out_height / unit;
  Index parts = divide_up(units * unit, band_rows);
  if (c.images == 1) parts = minimum(units, round_up(parts, 4));
  return {c.images, {units, maximum(1, parts)}, unit};
}

// padded [padded_rows(band.rows), padded_width(), channels] from x [images, height, width, channels]
inline void copy_band(const Correlation& c, const Band& band, const float* x, float* padded) {
  for (Index i = 0; i < c.padded_rows(band.rows); ++i, padded += c.padded_row()) {
    const Index v = band.first * c.stride + i - c.pad_top;  // row of the dilated image
    const Index row = v / c.spread;                         // row of the image
    const Index from = (band.image * c.height + row) * c.width * c.channels;
    if (v < 0 || v % c.spread != 0 || row >= c.height) {
      clear_floats(padded, c.padded_row());
    } else if (c.spread == 1) {
      const Index begin = minimum(c.padded_width(), maximum(0, c.pad_left)),
                  end = maximum(begin, minimum(c.padded_width(), c.width + c.pad_left));
      clear_floats(padded, begin * c.channels);
      copy_floats(padded + begin * c.channels, x + from + (begin - c.pad_left) * c.channels,
                  (end - begin) * c.channels);
      clear_floats(padded + end * c.channels, (c.padded_width() - end) * c.channels);
    } else {
      clear_floats(padded, c.padded_row());
      for (Index j = 0; j < c.width; ++j) {
        const Index at = j * c.spread + c.pad_left;
        if (at >= 0 && at < c.padded_width())
          copy_floats(padded + at * c.channels, x + from + j * c.channels, c.channels);
      }
    }
  }
}

// Prefetch of the input rows of the next band into L2, a few lines per tile: all lines together would fill
// the line-fill buffers of the core, and without prefetch the copy would wait for each of them.
struct Upcoming {
  static constexpr Index line = 16;  // floats
  const float *next, *end;
  Index lines;  // per tile of the direct algorithm; Winograd has more tiles and finishes earlier
  TRIPTYCH_INLINE void fetch_some() {
    for (Index i = 0; i < lines && next < end; ++i, next += line) __builtin_prefetch(next, 0, 2);
  }
};

inline Upcoming upcoming(const Correlation& c, const Band& band, const float* x) {
  const Index row = c.width * c.channels, first = band.first * c.stride - c.pad_top;
  const auto inside = [&](Index v) {  // the number of image rows above row v of the dilated image
    return minimum(c.height, divide_up(maximum(0, v), c.spread));
  };
  const float* image = x + band.image * c.height * row;
  const Index begin = inside(first) * row, end = inside(first + c.padded_rows(band.rows)) * row;
  const Index tiles = divide_up(band.rows * c.out_width, tile_rows) * divide_up(c.out_channels, tile_columns);
  return {image + begin, image + end, divide_up(end - begin, Upcoming::line * tiles)};
}

// The columns of the implicit GEMM (the output channels) in blocks of tile_columns, the last one of one
// register if that suffices: 16 output channels are one AVX-512 register, and such a tile has twice the rows.
struct ColumnBlock {
  Index first, columns;
  bool narrow;
  Index width() const { return narrow ? lanes : tile_columns; }
  // Calls body(Constant<registers>).
  template <class Body>
  void with_vectors(Body body) const {
    if (narrow)
      body(Constant<1>{});
    else
      body(Constant<tile_vectors>{});
  }
};
struct ColumnBlocks {
  Index n;
  Index count() const { return divide_up(n, tile_columns); }
  ColumnBlock operator[](Index i) const {
    const Index first = i * tile_columns, columns = minimum(tile_columns, n - first);
    return {first, columns, columns <= lanes};
  }
};

// The destination of a band's outputs: element (row, pixel, channel) is to[row * row_distance + pixel *
// channels + channel].
struct Outputs {
  float* to;
  Index row_distance, channels;
  const float* bias;  // [channels], added to each pixel, or null
  bool add;           // add to the destination instead of assigning; then bias is null
};

// A band of y [images, out_height, out_width, out_channels]: assigned, with an optional bias, or added to.
inline Outputs outputs_in(const Correlation& c, const Band& band, float* y, const float* bias = nullptr,
                          bool add = false) {
  const Index row = c.out_width * c.out_channels;
  return {y + (band.image * c.out_height + band.first) * row, row, c.out_channels, bias, add};
}

// A sum over all pixels of a batch is split into chunks of items with a partial result each; the partial
// results are added in order at the end. There are at most most_chunks, and fewer if results are large: 16 Mi
// floats are 64 MiB.
constexpr Index most_chunks = 32, most_partial_floats = Index(1) << 24;
inline Index chunks_of(Index items, Index partial_size) {
  return minimum(items, minimum(most_chunks, maximum(2, most_partial_floats / partial_size)));
}

inline Correlation forward_correlation(const ConvolutionShape& s) {
  return {s.batch,         s.height,       s.width,  s.in_channels,  s.pad,         s.pad,         1,
          s.kernel_height, s.kernel_width, s.stride, s.out_height(), s.out_width(), s.out_channels};
}

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
