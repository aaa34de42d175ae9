// From the definition of a convolution to the kernel, one idea per step; README.md explains them.
// `triptych bench conv --ladder` measures them.
#include "kernels/cpu/convolution_ladder.h"

#include "kernels/context.h"
#include "kernels/cpu/direct_convolution.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/simd.h"
#include "kernels/cpu/table.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// Calls body(n, i, j, y) for each pixel of the output, with y [out_channels] its destination.
template <class Body>
TRIPTYCH_INLINE void for_pixels(const ConvolutionShape& s, float* y, Body body) {
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < s.out_height(); ++i)
      for (Index j = 0; j < s.out_width(); ++j, y += s.out_channels) body(n, i, j, y);
}

// Calls body(x, w) for each tap that is inside the image when the filter is at output pixel (i, j), with x
// [in_channels] the pixel under the tap and w [in_channels, out_channels] the tap.
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

// 1. y[i, j, o] = sum over r, c, ch of x[i + r - pad, j + c - pad, ch] w[r, c, ch, o], as written. Each
//    multiply-add waits for the previous one and reads the filter with a stride of out_channels.
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

// 2. With channels last, the filter's elements for neighbouring output channels are contiguous: one load
//    fetches a register of them, and one element of the image multiplies them all. But each multiply-add
//    still needs a load and waits for the previous one.
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

// 3. The patch of each pixel is copied into a row of a matrix (im2col, with zeros beyond the border), and the
//    convolution becomes the product [pixels, patch] [patch, out_channels] by the fast GEMM. But the matrix
//    stores each element of the image once per tap, 25 times, and goes through memory.
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

// Steps 4 and 5 for neighbouring pixels of a row: their outputs stay in registers for the whole sum
// (microkernel.h). x is the corner of the first patch, `row` the distance between two rows of the image.
void convolve_pixels(const ConvolutionShape& s, Index pixels, const float* x, Index row, const float* w,
                     float* y) {
  const Index run = s.kernel_width * s.in_channels;  // the elements of one row of a patch
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

// 4. A row of a patch is contiguous in the image, and that of the next pixel starts in_channels further on:
//    the tile reads patches in place, and nothing is copied. One load of the filter now feeds as many
//    multiply-adds as the tile has pixels, and these are independent. Where a patch crosses the border, the
//    code of step 2 is used: for 5 x 5, four pixels of each row and four whole rows.
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

// 5. Some rows of the image at a time are copied, with the zeros of the padding, into a buffer that stays in
//    the cache: then no pixel is at a border. The image is copied once, where im2col copies it 25 times.
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

// 6. Taps that overlap padding only are skipped, tiles are full, and the filter is packed in the order in
//    which the tile reads it: the direct kernel (direct_convolution.h), which also handles strides, edges,
//    bias and threads.
void full_tiles(Context& context, const ConvolutionShape& s, const float* x, const float* w, float* y) {
  convolution_forward_directly(context, s, x, w, y);
}

// 7. Neighbouring outputs of a row share most of their inputs: 8 multiplications compute 4 outputs of 5 taps,
//    where the definition needs 20 (winograd.h). In terms of the definition's work this exceeds the core's
//    peak.
void kernel_itself(Context& context, const ConvolutionShape& s, const float* x, const float* w, float* y) {
  convolution_forward(context, s, x, w, nullptr, y);
}

}  // namespace

extern const ConvolutionRung convolution_ladder[convolution_rungs];
const ConvolutionRung convolution_ladder[convolution_rungs] = {
    {"definition", "six loops, as the formula is written", by_definition},
    {"channels", "a register holds neighbouring output channels", lanes_of_channels},
    {"unfolded", "patches copied into a matrix (im2col), then the GEMM", unfolded},
    {"in place", "a tile of pixels x channels in registers, patches read in place", in_place},
    {"bands", "rows copied with their padding, so that no pixel is at the border", in_bands},
    {"full tiles", "taps on the padding left out, no tile with idle rows", full_tiles},
    {"convolution", "fewer multiplications (Winograd): the kernel itself", kernel_itself}};

}  // namespace triptych::cpu::TRIPTYCH_ISA
