#pragma once
// A convolution with fewer multiplications: Winograd's along the rows of the picture (winograd.h), the definition down its columns.
//
//      a row of x        8 rows, one for each point p       8 rows of products        a row of y
//      23 pixels   B^T   6 tiles                            6 tiles                   23 pixels
//     [ ......... ] --> [ V0 ...... ]   5 rows x channels  [ M0 ...... ]       A^T   [ ......... ]
//                       [ V1 ...... ] ------------------>  [ M1 ...... ] ---------->
//                       [ .. ...... ]  filter U_p = G g    [ .. ...... ]
//
// Between the transforms are eight convolutions with filters of one column, of which tiles are the pixels: correlate_strip, the same
// loop as in the direct way, with a fifth of the sum for a quarter of the outputs, eight times.
#include "kernels/cpu/direct_convolution.h"
#include "kernels/cpu/winograd.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

template <int taps>
struct Winograd {
  static constexpr int outputs = points + 1 - taps;  // of a tile: its neighbouring pixels
  Correlation c;                                     // out_width filled up to whole tiles
  Correlation point;                                 // what is computed at each point, padding included
  Index pixels, tiles;                               // of a row of the output

  explicit Winograd(const Correlation& of)
      : c(of), point(of), pixels(of.out_width), tiles(divide_up(of.out_width, outputs)) {
    c.out_width = tiles * outputs;
    point.kernel_width = 1;
    point.width = point.out_width = tiles;
    point.out_channels = ColumnBlocks{c.out_channels}.padded();  // so that each register of M is whole
  }

  static bool fits(const Correlation& c) {
    return c.kernel_width == taps && c.stride == 1 && c.spread == 1 && c.kernel_height * c.channels >= 15 && c.out_channels >= lanes && c.out_width >= outputs;
  }

  Index filter_size() const { return points * point_filter(); }

  // U = G g for the filter w [kernel_height, taps, channels, out_channels], panels for each point.
  void pack(const float* w, float* panels) const {
    const ColumnBlocks blocks = {c.out_channels};
    const Index tap = c.channels * c.out_channels;
    for (Index i = 0; i < blocks.count(); ++i) {
      const ColumnBlock block = blocks[i];
      float* to = panels + point.patch() * block.first;
      for (Index k = 0; k < point.patch(); ++k, to += block.width()) {
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

  Index memory(Index rows) const {
    return input_size(rows) + points * point_output(minimum(rows, group_rows()));
  }

  template <class RowDone>
  void compute(const Band& band, Upcoming upcoming, const float* x, const float* panels, const Outputs& out,
               float* own, RowDone row_done) const {
    float *v = own, *m = v + input_size(band.rows);
    transform_band(band, x, v);
    for (Index first = 0, rows; first < band.rows; first += rows) {
      // Neighbouring rows for which the same rows of the filter lie on the picture.
      const Range on_picture = c.rows_at(band.first + first);
      for (rows = 1; rows < minimum(group_rows(), band.rows - first); ++rows) {
        const Range next = c.rows_at(band.first + first + rows);
        if (next.begin != on_picture.begin || next.end != on_picture.end) break;
      }
      const Outputs products = {m - first * row_products(), row_products(), point.out_channels, nullptr, false,
                                false};
      for (int p = 0; p < points; ++p) {
        Outputs to = products;
        to.to += p * point_output(rows);
        correlate_strip(point, v + p * point_input(band.rows), {first, 0, false, rows * tiles, on_picture, {0, 1}},
                        panels + p * point_filter(), to, upcoming);
      }
      for (Index i = 0; i < rows; ++i) {
        interpolate_row(m + i * row_products(), point_output(rows), out, first + i);
        row_done(first + i);
      }
    }
  }

  // What is read of a band, at one point: [padded rows][tiles][channels].
  Index point_input(Index rows) const {
    return round_up(point.padded_rows(rows) * point.padded_row() + lanes, 16);
  }
  // At all of them, and a row of the picture.
  Index input_size(Index rows) const { return points * point_input(rows) + line_size(); }

  // v [points][padded rows][tiles][channels] = B^T d
  void transform_band(const Band& band, const float* x, float* v) const {
    float* line = v + points * point_input(band.rows);
    const Index size = point_input(band.rows), channels = c.channels, count = tiles;
    clear_floats(line + c.padded_row(), line_size() - c.padded_row());
    for (Index row = 0; row < point.padded_rows(band.rows); ++row, v += count * channels) {
      copy_row(c, band, row, x, line);
      for (Index t = 0; t < count; ++t) {
        const float* from = line + t * outputs * channels;
        float* to = v + t * channels;
        for (Index ch = 0; ch < channels; ch += lanes) {
          Floats d[points], at_points[points];
#pragma GCC unroll 8
          for (int k = 0; k < points; ++k) d[k] = load(from + k * channels + ch);
          transform_input(d, at_points);
#pragma GCC unroll 8
          for (int p = 0; p < points; ++p) store(to + p * size + ch, at_points[p]);
        }
      }
    }
  }

 private:
  // Rows of the output whose products are there at a time: what lies between the transforms stays in the L2, and a panel of the filter
  // serves many tiles of registers. An even number, for who pools two.
  Index group_rows() const {
    constexpr Index bytes = 96 << 10;
    return maximum(2, bytes / (points * row_products() * Index(sizeof(float))) / 2 * 2);
  }
  // Whole registers are read and written whatever the number of channels; what is beyond a tile's belongs to the next one, which is
  // written later, and behind the last there is room.
  Index line_size() const { return round_up(c.padded_row() + lanes, 16); }
  Index row_products() const { return tiles * point.out_channels; }
  Index point_output(Index rows) const { return rows * row_products(); }
  Index point_filter() const { return point.patch() * point.out_channels; }

  // A row of outputs = A^T m, m [points][tiles][out_channels], whose points lie `distance` apart.
  void interpolate_row(const float* m, Index distance, const Outputs& out, Index row) const {
    float* to = out.to + row * out.row_distance;
    const Index whole = pixels / outputs, rest = pixels % outputs;
    const auto each = [&](auto put) {
      for (Index t = 0; t < tiles; ++t, m += point.out_channels, to += outputs * out.channels)
        sweep(0, c.out_channels, [&](Index o, auto part) {
          Floats products[points], y[outputs];
#pragma GCC unroll 8
          for (int p = 0; p < points; ++p) products[p] = load(m + p * distance + o);
          interpolate(products, y);
          if (t < whole) {
#pragma GCC unroll 8
            for (int j = 0; j < outputs; ++j) put(to + j * out.channels + o, o, y[j], part);
          } else {
#pragma GCC unroll 8
            for (int j = 0; j < outputs - 1; ++j)
              if (j < rest) put(to + j * out.channels + o, o, y[j], part);
          }
        });
    };
    if (out.add)
      each([](float* at, Index, Floats y, auto part) { part.put(at, part.get(at) + y); });
    else if (const float* bias = out.bias)
      each([bias](float* at, Index o, Floats y, auto part) { part.put(at, y + part.get(bias + o)); });
    else
      each([](float* at, Index, Floats y, auto part) { part.put(at, y); });
  }
};

}  // namespace
}  // namespace triptych::cpu::TRIPTYCH_ISA
