// From the definition of a convolution to the kernel, one idea a step. Read with README.md;
// `triptych bench conv --ladder` runs them in turn.
#include "kernels/cpu/convolution_ladder.h"

#include "kernels/cpu/direct_convolution.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/table.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// body(n, i, j, y) for each pixel of the output, y [out_channels] being where its numbers go.
template <class Body>
TRIPTYCH_INLINE void for_pixels(const ConvolutionShape& s, float* y, Body body) {
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < s.out_height(); ++i)
      for (Index j = 0; j < s.out_width(); ++j, y += s.out_channels) body(n, i, j, y);
}

// body(x, w) for each tap of the filter that stands within the image when it is laid on output pixel (i, j):
// x [in_channels] and w [in_channels, out_channels] are what meets there.
template <class Body>
TRIPTYCH_INLINE void for_taps(const ConvolutionShape& s, const float* x, const float* w, Index n, Index i,
                              Index j, Body body) {
  for (Index r = 0; r < s.kernel_height; ++r)
    for (Index c = 0; c < s.kernel_width; ++c) {
      const Index row = i + r - s.pad, column = j + c - s.pad;
      if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
      body(x + ((n * s.height + row) * s.width + column) * s.in_channels,
           w + (r * s.kernel_width + c) * s.in_channels * s.out_channels);
    }
}

// 1. y[i, j, o] = sum over r, c, ch of x[i + r - pad, j + c - pad, ch] w[r, c, ch, o], as it is written. Each
//    multiply-add waits for
// the one before, and reads of the filter a number that lies out_channels behind the last.
void by_definition(Context&, const ConvolutionShape& s, const float* x, const float* w, float* y) {
  for_pixels(s, y, [&](Index n, Index i, Index j, float* to) {
    for (Index o = 0; o < s.out_channels; ++o) {
      float sum = 0;
      for_taps(s, x, w, n, i, j, [&](const float* pixel, const float* tap) {
        for (Index ch = 0; ch < s.in_channels; ++ch) sum += pixel[ch] * tap[ch * s.out_channels + o];
      });
      to[o] = sum;
    }
  });
}

// 2. Channels last means that the filter's numbers for neighbouring output channels are neighbours: a
//    register of them is loaded at
// once, and one number of the image serves them all. But still each multiply-add loads, and waits for the one
// before.
void lanes_of_channels(Context&, const ConvolutionShape& s, const float* x, const float* w, float* y) {
  for_pixels(s, y, [&](Index n, Index i, Index j, float* to) {
    for (Index o = 0; o < s.out_channels; o += lanes) {
      Floats sum = {};
      for_taps(s, x, w, n, i, j, [&](const float* pixel, const float* tap) {
        for (Index ch = 0; ch < s.in_channels; ++ch)
          sum = broadcast(pixel[ch]) * load(tap + ch * s.out_channels + o) + sum;
      });
      store(to + o, sum);
    }
  });
}

// 3. Every pixel's patch is copied into a row of a matrix (im2col, with zeros beyond the border), and a
//    convolution is the product
// [pixels, patch] [patch, out_channels], for which there is a fast kernel. But the matrix holds each number
// of the image once for every tap, 25 times: it is written to memory and read from there.
void unfolded(Context& context, const ConvolutionShape& s, const float* x, const float* w, float* y) {
  ScratchScope scope(context.scratch);
  const Index pixels = s.out_height() * s.out_width();
  float* patches = context.scratch.take<float>(pixels * s.patch());
  for (Index n = 0; n < s.batch; ++n) {
    float* to = patches;
    for (Index i = 0; i < s.out_height(); ++i)
      for (Index j = 0; j < s.out_width(); ++j)
        for (Index r = 0; r < s.kernel_height; ++r)
          for (Index c = 0; c < s.kernel_width; ++c, to += s.in_channels) {
            const Index row = i + r - s.pad, column = j + c - s.pad;
            if (row < 0 || row >= s.height || column < 0 || column >= s.width)
              clear_floats(to, s.in_channels);
            else
              copy_floats(to, x + ((n * s.height + row) * s.width + column) * s.in_channels, s.in_channels);
          }
    gemm(context, Transpose::no, Transpose::no, pixels, s.out_channels, s.patch(), 1, patches, s.patch(), w,
         s.out_channels, 0, y + n * pixels * s.out_channels, s.out_channels);
  }
}

// What steps 4 and 5 do for neighbouring pixels of a row: their outputs stay in registers for the whole sum
// (microkernel.h). x is the corner of the first one's patch, `row` the distance of two rows of the image.
void convolve_pixels(const ConvolutionShape& s, Index pixels, const float* x, Index row, const float* w,
                     float* y) {
  const Index run = s.kernel_width * s.in_channels;  // of a patch, what lies together in one row
  const Cut tiles = {pixels, divide_up(pixels, tile_rows)};
  for (Index o = 0; o < s.out_channels; o += tile_columns)
    for (Index t = 0; t < tiles.parts; ++t)
      with_constant<tile_rows>(tiles.size(t), [&](auto count) {
        Tile<decltype(count)::number, tile_vectors> tile;
        clear(tile);
        for (Index r = 0; r < s.kernel_height; ++r)
          accumulate(tile, run, x + tiles.begin(t) * s.in_channels + r * row, s.in_channels, Constant<1>{},
                     w + r * run * s.out_channels + o, s.out_channels);
        for_tile(tile, tile_columns, [&](int i, int j, Floats value, auto) {
          store(y + (tiles.begin(t) + i) * s.out_channels + o + j, value);
        });
      });
}

// 4. A row of a patch is one run of numbers in the image, and the next pixel's begins in_channels further:
//    the tile reads patches where
// they lie, and nothing is copied. One load of the filter now feeds as many multiply-adds as the tile has
// pixels, and they wait for nothing. Where a patch reaches over the border, step 2 does the work: at 5 x 5,
// four pixels of each row, and four whole rows.
void in_place(Context&, const ConvolutionShape& s, const float* x, const float* w, float* y) {
  const Index row = s.width * s.in_channels;
  const Index inner = maximum(0, s.width - s.kernel_width + 1);  // pixels of a row with a whole patch
  const auto at_border = [&](Index n, Index i, Index j, float* to) {
    for (Index o = 0; o < s.out_channels; o += lanes) {
      Floats sum = {};
      for_taps(s, x, w, n, i, j, [&](const float* pixel, const float* tap) {
        for (Index ch = 0; ch < s.in_channels; ++ch)
          sum = broadcast(pixel[ch]) * load(tap + ch * s.out_channels + o) + sum;
      });
      store(to + o, sum);
    }
  };
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < s.out_height(); ++i, y += s.out_width() * s.out_channels) {
      const Index top = i - s.pad;
      const bool whole = top >= 0 && top + s.kernel_height <= s.height && inner > 0;
      for (Index j = 0; j < s.out_width(); ++j)
        if (!whole || j < s.pad || j >= s.pad + inner) at_border(n, i, j, y + j * s.out_channels);
      if (whole)
        convolve_pixels(s, inner, x + (n * s.height + top) * row, row, w, y + s.pad * s.out_channels);
    }
}

constexpr Index band_rows_of_ladder = 18;  // as in convolution.h

// 5. Some rows of the image at a time are copied with the zeros of the padding around them, into memory so
//    small that it stays in
// the cache: then there is no border, and all pixels are alike. One copy of the image in place of im2col's
// 25.
void in_bands(Context& context, const ConvolutionShape& s, const float* x, const float* w, float* y) {
  ScratchScope scope(context.scratch);
  const Index row = (s.width + 2 * s.pad) * s.in_channels, from_row = s.width * s.in_channels;
  float* padded = context.scratch.take<float>((band_rows_of_ladder + s.kernel_height - 1) * row);
  for (Index n = 0; n < s.batch; ++n)
    for (Index first = 0; first < s.out_height(); first += band_rows_of_ladder) {
      const Index rows = minimum(band_rows_of_ladder, s.out_height() - first);
      for (Index i = 0; i < rows + s.kernel_height - 1; ++i) {
        const Index from = first + i - s.pad;
        clear_floats(padded + i * row, row);
        if (from >= 0 && from < s.height)
          copy_floats(padded + i * row + s.pad * s.in_channels, x + (n * s.height + from) * from_row,
                      from_row);
      }
      for (Index i = 0; i < rows; ++i, y += s.out_width() * s.out_channels)
        convolve_pixels(s, s.out_width(), padded + i * row, row, w, y);
    }
}

// 6. What stands on the padding alone is left out, tiles are full, and the filter is packed in the order in
//    which the tile reads it: the
// kernel by the definition (direct_convolution.h), which also knows strides, edges, bias and threads.
void full_tiles(Context& context, const ConvolutionShape& s, const float* x, const float* w, float* y) {
  convolution_forward_directly(context, s, x, w, y);
}

// 7. Neighbouring outputs of a row share most of their inputs, and 8 multiplications make 4 of them with 5
//    taps, where the definition has
// 20 (winograd.h): more of the definition's work in a second than the core can multiply.
void kernel_itself(Context& context, const ConvolutionShape& s, const float* x, const float* w, float* y) {
  convolution_forward(context, s, x, w, nullptr, y);
}

}  // namespace

extern const ConvolutionRung convolution_ladder[convolution_rungs];
const ConvolutionRung convolution_ladder[convolution_rungs] = {
    {"definition", "six loops, as the formula is written", by_definition},
    {"channels", "a register holds neighbouring output channels", lanes_of_channels},
    {"unfolded", "patches copied into a matrix (im2col), then the GEMM", unfolded},
    {"in place", "a tile of pixels x channels in registers, patches read where they lie", in_place},
    {"bands", "rows copied with their padding, so that no pixel is at the border", in_bands},
    {"full tiles", "taps on the padding left out, no tile with idle rows", full_tiles},
    {"convolution", "fewer multiplications (Winograd): the kernel itself", kernel_itself}};

}  // namespace triptych::cpu::TRIPTYCH_ISA
