// The gradients of convolution + activation + 2x2 max-pooling: after a relu, from the winners alone.
//
// dz, the gradient of the convolution's output, is 0 at three of four pixels, and at the fourth where a relu
// is inactive. So dz is never stored. Each output channel o has a list of its winners, and each of the two
// gradients is one loop over it, with a tile of registers that holds all taps of one filter (5x5 taps, 16
// input channels per register):
//
//                    g = dz          AVX-512: 5 x 5 registers of the 32
//                      |             [tap 0,0] [tap 0,1] ... [tap 0,4]
//   patch of x         v             [tap 1,0] [tap 1,1] ... [tap 1,4]      dw: tile += g * patch of x
//   at the winner -> g * x  ------>     ...                                     (the tile is dw[o])
//                                    [tap 4,0] [tap 4,1] ... [tap 4,4]      dx: patch of dx += g * tile
//                                                                               (the tile is w[o])
//
// A multiply-add of dw costs one load, but there are a quarter as many as in the definition, and inactive
// units cost nothing. Input channels are processed in blocks of one register, so that the rows of x under a
// band of winners stay in the cache while the loop runs over the filters.
#include "kernels/context.h"
#include "kernels/cpu/activation.h"
#include "kernels/cpu/convolution_gradients.h"
#include "kernels/cpu/pooled.h"
#include "kernels/cpu/simd.h"
#include "kernels/cpu/winograd_convolution.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// One entry of a list: the offset of its patch in the padded band, and dz there.
struct Winner {
  std::int32_t at;
  float g;
};

// The largest tiles that fit the registers: `rows` runs of a patch, `vectors` registers each. 28 accumulators
// of 32 registers, 12 of 16; the others hold g and the loaded values.
constexpr int most_accumulators = registers == 32 ? 28 : 12, most_vectors = 5, most_rows = 7;
constexpr int tile_rows_beside(int vectors) {
  return most_accumulators / vectors < most_rows ? most_accumulators / vectors : most_rows;
}

// The convolution as the tiles see it. An odd last row or column of outputs has no winner and is left out.
// Input channels are split into blocks of `depth`, one register or all of them; a pixel of a padded image,
// and a tap of a filter, has `depth` elements of one block, 0 where the last block has no channel.
struct Plan {
  Correlation c;
  Index depth, blocks;

  explicit Plan(const ConvolutionShape& s)
      : c(forward_correlation(s)),
        depth(minimum(s.in_channels, lanes)),
        blocks(divide_up(s.in_channels, lanes)) {
    c.out_height -= c.out_height % 2;
    c.out_width -= c.out_width % 2;
  }
  Index width() const { return c.out_width / 2; }  // of the pooled image
  Index pooled_rows() const { return c.out_height / 2; }
  Index row() const { return c.padded_width() * depth; }
  Index image() const { return c.padded_rows(c.out_height) * row(); }  // one block
  Index run() const { return c.kernel_width * depth; }
  Index stored_run() const { return round_up(run(), lanes); }
  Index block() const { return c.kernel_height * stored_run(); }  // of a filter: [kernel_height][stored_run]
  Index filter() const { return blocks * block(); }
  Index channels_of(Index b) const { return minimum(lanes, c.channels - b * lanes); }

  // Bands of pooled rows. Each filter is loaded and stored once per band, which favours many rows; but the
  // rows of x under a band, one block of channels, have to stay in L1 or in the near part of L2, which limits
  // them to 48 KiB.
  Bands bands() const {
    constexpr Index bytes = 48 << 10;
    const Index fitting = (bytes / (row() * Index(sizeof(float))) - c.kernel_height) / c.stride + 1;
    return {c.images, {pooled_rows(), divide_up(pooled_rows(), maximum(1, fitting / 2))}, 2};
  }
};

// Calls body(element of a stored filter, row of the matrix w [patch, out_channels]) for every tap and
// channel.
template <class Body>
void for_taps(const Plan& plan, Body body) {
  const Correlation& c = plan.c;
  for (Index b = 0; b < plan.blocks; ++b)
    for (Index r = 0; r < c.kernel_height; ++r)
      for (Index column = 0; column < c.kernel_width; ++column)
        for (Index ch = 0; ch < plan.channels_of(b); ++ch)
          body(b * plan.block() + r * plan.stored_run() + column * plan.depth + ch,
               (r * c.kernel_width + column) * c.channels + b * lanes + ch);
}

// Calls body(rows, vectors, first row, first vector, is it ragged) for each tile of kernel_height runs.
template <class Body>
TRIPTYCH_INLINE void for_tiles(Index kernel_height, Index run, Body body) {
  const Index all = divide_up(run, lanes);
  const Cut across = {all, divide_up(all, most_vectors)};
  for (Index i = 0; i < across.parts; ++i)
    with_constant<most_vectors>(across.size(i), [&](auto vectors) {
      constexpr int most = tile_rows_beside(decltype(vectors)::number);
      const Cut down = {kernel_height, divide_up(kernel_height, most)};
      for (Index j = 0; j < down.parts; ++j)
        with_constant<most>(down.size(j), [&](auto rows) {
          body(rows, vectors, down.begin(j), across.begin(i), across.begin(i + 1) * lanes > run);
        });
    });
}

// Advances one pointer down the rows of a patch. The compiler would otherwise keep an offset for each
// register of the tile, most of them spilled.
template <class Pointer>
TRIPTYCH_INLINE Pointer next_row(Pointer row, Index distance) {
  row += distance;
  asm("" : "+r"(row));
  return row;
}

// tile += g * patch for every winner of a list: dw [rows][stored_run] from x [rows][x_row].
template <int rows, int vectors>
TRIPTYCH_INLINE void add_patches(const Winner* list, Index count, const float* x, Index x_row, float* dw,
                                 Index stored_run) {
  Tile<rows, vectors> tile;
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) tile[r][v] = load(dw + r * stored_run + v * lanes);
  for (const Winner* winner = list; winner < list + count; ++winner) {
    const float* patch = x + winner->at;
    const Floats g = broadcast(winner->g);
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r, patch = next_row(patch, x_row))
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) tile[r][v] = g * load(patch + v * lanes) + tile[r][v];
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) store(dw + r * stored_run + v * lanes, tile[r][v]);
}

// patch += g * tile for every winner of a list: dx [rows][dx_row] from w [rows][stored_run]. `last` is the
// share of the last register that belongs to the run; the next pixel follows it.
template <int rows, int vectors, class Part>
TRIPTYCH_INLINE void add_filters(const Winner* list, Index count, const float* w, Index stored_run, float* dx,
                                 Index dx_row, Part last) {
  Tile<rows, vectors> tile;
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) tile[r][v] = load(w + r * stored_run + v * lanes);
  for (const Winner* winner = list; winner < list + count; ++winner) {
    float* patch = dx + winner->at;
    const Floats g = broadcast(winner->g);
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r, patch = next_row(patch, dx_row))
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) {
        float* at = patch + v * lanes;
        if (v + 1 < vectors)
          store(at, g * tile[r][v] + load(at));
        else
          last.put(at, g * tile[r][v] + last.get(at));
      }
  }
}

// The winners of a band, one list per output channel.
struct Lists {
  Winner* entries;     // [out_channels][capacity]
  std::int32_t* next;  // [out_channels]: index of the next free entry of each list
  Index capacity;
  const Winner* of(Index o) const { return entries + o * capacity; }
  Index count(Index o) const { return next[o] - o * capacity; }
};

// Lists g = dy activation'(y) where it is not 0, and adds all g to bias [out_channels].
void list_winners(const Plan& plan, const Unpooled& dz, const Band& band, const Lists& lists, float* bias) {
  const Index channels = plan.c.out_channels, width = plan.width();
  const auto right = static_cast<std::int32_t>(plan.c.stride * plan.depth);
  const auto down = static_cast<std::int32_t>(plan.c.stride * plan.row());
  for (Index o = 0; o < channels; ++o) lists.next[o] = static_cast<std::int32_t>(o * lists.capacity);
  Index from = (band.image * plan.pooled_rows() + band.first / 2) * width * channels;
  for (Index i = 0; i < band.rows / 2; ++i)
    for (Index j = 0; j < width; ++j, from += channels)
      sweep(0, channels, [&](Index o, auto part) {
        const Floats g = part.get(dz.dy + from + o) * slope(dz.activation, part.get(dz.y + from + o));
        const Ints k = part.get(dz.winner + from + o);
        part.put(bias + o, part.get(bias + o) + g);
        const auto corner =
            static_cast<std::int32_t>(2 * i) * down + static_cast<std::int32_t>(2 * j) * right;
        // Every entry is written, and the next entry of its list overwrites it if g is 0: there is no branch,
        // which half of a relu's winners would mispredict. NaN counts as not 0.
        const Ints next = part.get(lists.next + o);
        part.put(lists.next + o, next - (g != broadcast(0.0f)));
        float gs[lanes];
        std::int32_t places[lanes], entries[lanes];
        store(gs, g);
        store(places, corner + (k >> 1) * down + (k & 1) * right);
        store(entries, next);
        part.for_each_lane([&](Index lane) { lists.entries[entries[lane]] = {places[lane], gs[lane]}; });
      });
}

// Calls body(offset in an image of `channels`, offset in the padded rows, pixels) for all pixels of `rows`
// padded rows that are not padding; `first` is the first padded row. If one block holds all channels, the
// pixels of a row are contiguous and form one call.
template <class Body>
TRIPTYCH_INLINE void for_pixels(const Plan& plan, Index first, Index rows, Body body) {
  const Correlation& c = plan.c;
  const Index end = minimum(c.width, c.padded_width() - c.pad_left);
  const Index together = plan.blocks == 1 ? end : 1;
  for (Index row = 0; row < rows; ++row) {
    const Index v = first + row - c.pad_top;
    if (v < 0 || v >= c.height) continue;
    for (Index j = 0; j < end; j += together)
      body((v * c.width + j) * c.channels, row * plan.row() + (j + c.pad_left) * plan.depth, together);
  }
}

// dw [out_channels][filter] += the sums of the lists over the padded rows of block b.
void gather_weights(const Plan& plan, const Lists& lists, Index b, const float* padded, float* dw) {
  for (Index o = 0; o < plan.c.out_channels; ++o) {
    float* to = dw + o * plan.filter() + b * plan.block();
    for_tiles(plan.c.kernel_height, plan.run(), [&](auto rows, auto vectors, Index r, Index v, bool) {
      add_patches<decltype(rows)::number, decltype(vectors)::number>(
          lists.of(o), lists.count(o), padded + r * plan.row() + v * lanes, plan.row(),
          to + r * plan.stored_run() + v * lanes, plan.stored_run());
    });
  }
}

// The padded rows of dx, block b, += the contributions of the lists through w [out_channels][filter].
void scatter_input(const Plan& plan, const Lists& lists, Index b, const float* w, float* padded) {
  for (Index o = 0; o < plan.c.out_channels; ++o) {
    const float* from = w + o * plan.filter() + b * plan.block();
    for_tiles(plan.c.kernel_height, plan.run(), [&](auto rows, auto vectors, Index r, Index v, bool ragged) {
      const auto add = [&](auto last) {
        add_filters<decltype(rows)::number, decltype(vectors)::number>(
            lists.of(o), lists.count(o), from + r * plan.stored_run() + v * lanes, plan.stored_run(),
            padded + r * plan.row() + v * lanes, plan.row(), last);
      };
      if (ragged)
        add(Rest{plan.run() % lanes});
      else
        add(Whole{});
    });
  }
}

// Memory of one thread.
struct Workspace {
  float* x;   // the padded rows of a band, one block of channels
  float* dx;  // a padded image, [block][row][column][depth]; null if dx is not requested
  Lists lists;
};

// One image, band by band. dw [out_channels][filter] (may be null) and bias [out_channels] are sums over
// images; dx belongs to this image.
void backward_of_image(const Plan& plan, const Unpooled& dz, Index image, const float* x, const float* w,
                       const Workspace& workspace, float* dw, float* bias, float* dx) {
  const Correlation& c = plan.c;
  const Bands bands = plan.bands();
  const Index size = c.height * c.width * c.channels;
  if (dx) clear_floats(workspace.dx, plan.blocks * plan.image());
  for (Index i = 0; i < bands.cut.parts; ++i) {
    const Band band = bands[image * bands.cut.parts + i];
    const Index first = band.first * c.stride, rows = c.padded_rows(band.rows);
    list_winners(plan, dz, band, workspace.lists, bias);
    for (Index b = 0; b < plan.blocks; ++b) {
      if (dw) {
        clear_floats(workspace.x, rows * plan.row());
        for_pixels(plan, first, rows, [&](Index from, Index to, Index pixels) {
          copy_floats(workspace.x + to, x + image * size + from + b * lanes, pixels * plan.channels_of(b));
        });
        gather_weights(plan, workspace.lists, b, workspace.x, dw);
      }
      if (dx)
        scatter_input(plan, workspace.lists, b, w, workspace.dx + b * plan.image() + first * plan.row());
    }
  }
  for (Index b = 0; dx && b < plan.blocks; ++b)
    for_pixels(plan, 0, c.padded_rows(c.out_height), [&](Index at, Index from, Index pixels) {
      float* to = dx + image * size + at + b * lanes;
      sweep(0, pixels * plan.channels_of(b), [&](Index i, auto part) {
        part.put(to + i, part.get(to + i) + part.get(workspace.dx + b * plan.image() + from + i));
      });
    });
}

// Images are split into chunks, each with its own dw, added in order at the end; one thread computes the dx
// of an image.
void backward_of_winners(Context& context, const ConvolutionShape& s, const Unpooled& dz, const float* x,
                         const float* w, float* dx, float* dw, float* dbias) {
  const Plan plan(s);
  const Correlation& c = plan.c;
  if (c.work() == 0) return;
  const Index filters = c.out_channels * plan.filter(), partial_size = round_up(filters + c.out_channels, 16);
  const Cut chunks = {s.batch, chunks_of(s.batch, partial_size)};
  const Index rows = plan.bands().most_rows(), capacity = rows / 2 * plan.width();
  // The last run may be read up to one register too far.
  const Index x_size = round_up(c.padded_rows(rows) * plan.row() + lanes, 16);
  const Index dx_size = dx ? round_up(plan.blocks * plan.image(), 16) : 0;

  ScratchScope scope(context.scratch);
  float* stored = nullptr;
  if (dx) {
    stored = context.scratch.take<float>(filters);
    clear_floats(stored, filters);
    for_taps(plan, [&](Index at, Index k) {
      for (Index o = 0; o < c.out_channels; ++o) stored[o * plan.filter() + at] = w[k * c.out_channels + o];
    });
  }
  float* partials = context.scratch.take<float>(chunks.parts * partial_size);
  const OwnMemory memory(context, x_size + dx_size);
  Winner* entries = context.scratch.take<Winner>(c.out_channels * capacity * context.threads);
  std::int32_t* next = context.scratch.take<std::int32_t>(c.out_channels * context.threads);
  const bool shared = context.threads > 1 && c.work() >= 32 * worth_sharing;
  share_out(context, shared, chunks.parts, [&](Index chunk, Index thread) {
    float* own = memory.of(thread);
    const Workspace workspace = {
        own,
        own + x_size,
        {entries + thread * c.out_channels * capacity, next + thread * c.out_channels, capacity}};
    float* partial = partials + chunk * partial_size;
    clear_floats(partial, partial_size);
    for (Index image = chunks.begin(chunk); image < chunks.begin(chunk + 1); ++image)
      backward_of_image(plan, dz, image, x, stored, workspace, dw ? partial : nullptr, partial + filters, dx);
  });
  parallel_sweep(context, partial_size, [&](Index i, auto part) {
    Floats total = part.get(partials + i);
    for (Index chunk = 1; chunk < chunks.parts; ++chunk)
      total = total + part.get(partials + chunk * partial_size + i);
    part.put(partials + i, total);
  });
  if (dw)
    for_taps(plan, [&](Index at, Index k) {
      for (Index o = 0; o < c.out_channels; ++o)
        dw[k * c.out_channels + o] += partials[o * plan.filter() + at];
    });
  for (Index o = 0; dbias && o < c.out_channels; ++o) dbias[o] += partials[filters + o];
}

}  // namespace

// A relu passes half of the gradients or fewer, and the time of the lists is proportional to their length.
// Other activations have a non-zero derivative nearly everywhere; then Winograd's algorithm on all of dz is
// faster, if it fits.
void convolution_activation_pool_backward(Context& context, const ConvolutionShape& s, Activation activation,
                                          const float* x, const float* w, const float* y,
                                          const std::uint8_t* winner, const float* dy, float* dx, float* dw,
                                          float* dbias) {
  const Unpooled dz = {activation, y, winner, dy, s.out_height(), s.out_width(), s.out_channels};
  const bool fits = winograd_fits(forward_correlation(s)) && (!dx || s.in_channels >= lanes);
  if (activation == Activation::relu || !fits)
    return backward_of_winners(context, s, dz, x, w, dx, dw, dbias);
  if (dx) gradient_by_input(context, s, source_of(dz), w, dx);
  if (dw || dbias) gradient_by_weights(context, s, x, source_of(dz), dw, dbias);
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
