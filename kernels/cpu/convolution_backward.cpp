// The gradients of a convolution, by its input and by its weights.
#include "kernels/cpu/convolution.h"
#include "kernels/cpu/table.h"

namespace triptych::cpu::TRIPTYCH_ISA {

// Every input pixel gathers from the outputs that it took part in, and that is a convolution again:
//   dx[u, v, ch] += sum_{r, c, o} dy'[u + r - (kernel_height - 1 - pad), v + c - (...), o] w[kh - 1 - r, kw - 1 - c, ch, o]
// with the filter turned by 180 degrees, input and output channels swapped, and dy' = dy with stride - 1 zeros between
// its pixels.
void convolution_backward_input(Context& context, const ConvolutionShape& s, const float* dy, const float* w,
                                float* dx) {
  const Correlation c = {s.batch,
                         s.out_height(),
                         s.out_width(),
                         s.out_channels,
                         s.kernel_height - 1 - s.pad,
                         s.kernel_width - 1 - s.pad,
                         s.stride,
                         s.kernel_height,
                         s.kernel_width,
                         1,
                         s.height,
                         s.width,
                         s.in_channels};
  ScratchScope scope(context.scratch);
  float* panels = context.scratch.take<float>(c.patch() * ColumnBlocks{c.out_channels}.padded());
  pack_filter(c.patch(), c.out_channels, panels, [&](Index k, Index channel) {
    const Index tap = s.kernel_height * s.kernel_width - 1 - k / s.out_channels;
    return w[(tap * s.in_channels + channel) * s.out_channels + k % s.out_channels];
  });
  for_bands(context, c, 1, dy, 0, [&](const BandInput& input, float*) {
    const Band& band = input.band;
    float* to = dx + (band.picture * s.height + band.first) * s.width * s.in_channels;
    correlate_band(c, input, s.width, panels,
                   {to, s.width * s.in_channels, s.in_channels, nullptr, true, true});
  });
}

namespace {

// partial[k, o] += sum over the band's pixels of patch[pixel, k] dy[pixel, o], both [.., stored] with stored = the
// output channels rounded up to whole registers. Rows of the tile are neighbouring taps, its columns output channels,
// and the sum runs along the rows of pixels.
void add_band(const Correlation& c, const Band& band, const float* padded, const float* dy, Index stored,
              float* partial) {
  const ColumnBlocks blocks = {c.out_channels};
  for (Index r = 0; r < c.kernel_height; ++r) {
    // Rows of pixels for which row r of the filter lies on the picture: the others would add zeros.
    Range inside = {0, band.rows};
    const auto meets = [&](Index row) {
      const Range taps = c.rows_at(band.first + row);
      return r >= taps.begin && r < taps.end;
    };
    while (inside.begin < inside.end && !meets(inside.begin)) ++inside.begin;
    while (inside.begin < inside.end && !meets(inside.end - 1)) --inside.end;
    for (Index i = 0; i < blocks.count(); ++i) {
      const ColumnBlock block = blocks[i];
      auto tiles_of = [&](auto vectors) {
        constexpr int width = decltype(vectors)::number, most = tile_rows_of(width);
        const Cut tiles = {c.run(), divide_up(c.run(), most)};
        for (Index t = 0; t < tiles.parts; ++t) {
          const Index tap = tiles.begin(t);
          with_constant<most>(tiles.size(t), [&](auto count) {
            Tile<decltype(count)::number, width> tile;
            clear(tile);
            for (Index row = inside.begin; row < inside.end; ++row)
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
      };
      if (block.narrow)
        tiles_of(Constant<1>{});
      else
        tiles_of(Constant<tile_vectors>{});
    }
  }
}

// sums[column] += sum of the rows of x, as four interleaved sums that hide the latency of an addition.
void add_rows(Index rows, Index columns, const float* x, float* sums) {
  sweep(0, columns, [&](Index j, auto part) {
    Floats four[4] = {};
    Index row = 0;
    for (; row + 4 <= rows; row += 4)
      for (Index i = 0; i < 4; ++i) four[i] = four[i] + part.get(x + (row + i) * columns + j);
    for (; row < rows; ++row) four[0] = four[0] + part.get(x + row * columns + j);
    part.put(sums + j, part.get(sums + j) + ((four[0] + four[1]) + (four[2] + four[3])));
  });
}

// dy of a band with its channels filled up to whole registers, or dy itself where they are whole.
const float* whole_registers(Index pixels, Index channels, Index stored, const float* dy, float* own) {
  if (channels == stored) return dy;
  clear_floats(own, pixels * stored);
  for (Index p = 0; p < pixels; ++p) copy_floats(own + p * stored, dy + p * channels, channels);
  return own;
}

}  // namespace

void convolution_backward_weights(Context& context, const ConvolutionShape& s, const float* x,
                                  const float* dy, float* dw, float* dbias) {
  const Correlation c = forward_correlation(s);
  const Bands bands = bands_of(c, 1);
  if (c.work() == 0) return;
  const Index stored = ColumnBlocks{c.out_channels}.padded(), partial_size = (c.patch() + 1) * stored;
  const Cut chunks = {bands.count(), chunks_of(bands.count(), partial_size)};
  const Index padded_size = round_up(c.padded_rows(bands.most_rows()) * c.padded_row(), 16);
  const Index dy_size = bands.most_rows() * c.out_width * stored;
  ScratchScope scope(context.scratch);
  float* partials = context.scratch.take<float>(chunks.parts * partial_size);
  const OwnMemory memory(context, padded_size + dy_size);
  const bool shared = context.threads > 1 && c.work() >= 32 * worth_sharing;
  share_out(context, shared, chunks.parts, [&](Index chunk, Index thread) {
    float* padded = memory.of(thread);
    float* partial = partials + chunk * partial_size;
    clear_floats(partial, partial_size);
    for (Index i = chunks.begin(chunk); i < chunks.begin(chunk + 1); ++i) {
      const Band band = bands[i];
      const Index pixels = band.rows * c.out_width;
      const Index first = (band.picture * c.out_height + band.first) * c.out_width;
      const float* g =
          whole_registers(pixels, c.out_channels, stored, dy + first * c.out_channels, padded + padded_size);
      copy_band(c, band, x, padded);
      if (dw) add_band(c, band, padded, g, stored, partial);
      if (dbias) add_rows(pixels, stored, g, partial + c.patch() * stored);
    }
  });
  parallel_for(context, c.patch() + 1, chunks.parts * stored, [&](Index k) {
    float* to = k < c.patch() ? (dw ? dw + k * c.out_channels : nullptr) : dbias;
    if (!to) return;
    sweep(0, c.out_channels, [&](Index o, auto part) {
      Floats total = part.get(partials + k * stored + o);
      for (Index chunk = 1; chunk < chunks.parts; ++chunk)
        total = total + part.get(partials + chunk * partial_size + k * stored + o);
      part.put(to + o, part.get(to + o) + total);
    });
  });
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
