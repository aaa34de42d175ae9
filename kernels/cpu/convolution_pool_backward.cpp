// The gradients of convolution + activation + 2x2 max-pooling: after a relu, from the winners alone.
//
// dz, the gradient of the convolution's output, is 0 at three of four pixels, and at the fourth where a relu
// is inactive. Each output channel o has a list of its winners with dz not 0, and each of the two gradients
// is one loop over it, with a tile of registers that holds all taps of one filter (5x5 taps, 16 input
// channels per register):
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
#include "kernels/cpu/batch.h"
#include "kernels/cpu/convolution.h"
#include "kernels/cpu/simd.h"
#include "kernels/cpu/table.h"
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

// The convolution as the tiles see it. An odd last row or column of outputs has no winner and is left out. A
// pixel of the padded image, and a tap of a filter, has `depth` elements of one block of input channels.
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
  Index stored_run() const { return round_up(c.kernel_width * depth, lanes); }
  Index block() const { return c.kernel_height * stored_run(); }  // of a filter: [kernel_height][stored_run]
  Index filter() const { return blocks * block(); }

  // Bands of pooled rows. Each filter is loaded and stored once per band, which favours many rows; but the
  // rows of x under a band, one block of channels, have to stay in L1 or in the near part of L2, which limits
  // them to 48 KiB.
  Bands bands() const {
    constexpr Index bytes = 48 << 10;
    const Index fitting = bytes / (row() * Index(sizeof(float))) - c.kernel_height + 1;
    return {c.images, {pooled_rows(), divide_up(pooled_rows(), maximum(1, fitting / 2))}, 2};
  }
};

// Calls body(element of a stored filter, row of the matrix w [patch, out_channels]) for every tap and
// channel.
template <class Body>
void for_taps(const Plan& plan, Body body) {
  const Index run = plan.c.kernel_width * plan.depth;
  for (Index b = 0; b < plan.blocks; ++b)
    for (Index r = 0; r < plan.c.kernel_height; ++r)
      for (Index i = 0; i < run; ++i)
        body(b * plan.block() + r * plan.stored_run() + i,
             (r * plan.c.kernel_width + i / plan.depth) * plan.c.channels + b * lanes + i % plan.depth);
}

// Calls body(rows, vectors, its first row, its first element of a run) for each tile of a stored filter.
template <class Body>
TRIPTYCH_INLINE void for_tiles(const Plan& plan, Body body) {
  const Index all = plan.stored_run() / lanes;
  const Cut across = {all, divide_up(all, most_vectors)};
  for (Index i = 0; i < across.parts; ++i)
    with_constant<most_vectors>(across.size(i), [&](auto vectors) {
      constexpr int most = tile_rows_beside(decltype(vectors)::number);
      const Cut down = {plan.c.kernel_height, divide_up(plan.c.kernel_height, most)};
      for (Index j = 0; j < down.parts; ++j)
        with_constant<most>(down.size(j),
                            [&](auto rows) { body(rows, vectors, down.begin(j), across.begin(i) * lanes); });
    });
}

// visit(p, register) for a tile of [rows][vectors] registers, whose rows are `distance` floats apart.
// Advances one pointer down the rows; the compiler would otherwise keep an offset for each register, most of
// them spilled.
template <int rows, int vectors, class Pointer, class Visit>
TRIPTYCH_INLINE void for_registers(Tile<rows, vectors>& tile, Pointer p, Index distance, Visit visit) {
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) visit(p + v * lanes, tile[r][v]);
    p += distance;
    asm("" : "+r"(p));
  }
}

// The winners of a band, one list per output channel.
struct Lists {
  Winner* entries;     // [out_channels][capacity]
  std::int32_t* next;  // [out_channels]: index of the next free entry of each list
  Index capacity;
  // Calls body(offset of the patch, g) for the list of channel o.
  template <class Body>
  TRIPTYCH_INLINE void for_each(Index o, Body body) const {
    const Winner* end = entries + next[o];
    for (const Winner* winner = entries + o * capacity; winner < end; ++winner)
      body(winner->at, broadcast(winner->g));
  }
};

// The gradient dy [images, height / 2, width / 2, channels] of the pooled outputs y, with their winners.
struct Pooled {
  const float* y;
  const std::uint8_t* winner;
  const float* dy;
};

// Lists g = dy relu'(y) where it is not 0, and adds all g to bias [out_channels].
void list_winners(const Plan& plan, const Pooled& pooled, const Band& band, const Lists& lists, float* bias) {
  const Index channels = plan.c.out_channels, width = plan.width();
  const auto right = static_cast<std::int32_t>(plan.depth), down = static_cast<std::int32_t>(plan.row());
  for (Index o = 0; o < channels; ++o) lists.next[o] = static_cast<std::int32_t>(o * lists.capacity);
  Index from = (band.image * plan.pooled_rows() + band.first / 2) * width * channels;
  for (Index i = 0; i < band.rows / 2; ++i)
    for (Index j = 0; j < width; ++j, from += channels)
      sweep(0, channels, [&](Index o, auto part) {
        const Floats g =
            part.get(pooled.dy + from + o) * slope(Activation::relu, part.get(pooled.y + from + o));
        const Ints k = part.get(pooled.winner + from + o);
        part.put(bias + o, part.get(bias + o) + g);
        const std::int32_t corner =
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

// Calls body(offset in an image of `channels`, offset in the padded rows, elements) for all pixels of `rows`
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
      body((v * c.width + j) * c.channels, row * plan.row() + (j + c.pad_left) * plan.depth,
           together * plan.depth);
  }
}

// dw [out_channels][filter] += the sums of the lists over the padded rows of block b.
void gather_weights(const Plan& plan, const Lists& lists, Index b, const float* padded, float* dw) {
  const Index row = plan.row(), run = plan.stored_run();
  for (Index o = 0; o < plan.c.out_channels; ++o)
    for_tiles(plan, [&](auto rows, auto vectors, Index r, Index at) {
      float* to = dw + o * plan.filter() + b * plan.block() + r * run + at;
      const float* x = padded + r * row + at;
      Tile<decltype(rows)::number, decltype(vectors)::number> tile;
      for_registers(tile, to, run, [](const float* p, Floats& sum) { sum = load(p); });
      lists.for_each(
          o, [&](Index patch, Floats g) __attribute__((always_inline)) {
            for_registers(tile, x + patch, row,
                          [&](const float* p, Floats& sum) { sum = g * load(p) + sum; });
          });
      for_registers(tile, to, run, [](float* p, const Floats& sum) { store(p, sum); });
    });
}

// The padded rows of dx, block b, += the contributions of the lists through w [out_channels][filter].
void scatter_input(const Plan& plan, const Lists& lists, Index b, const float* w, float* padded) {
  const Index row = plan.row(), run = plan.stored_run();
  for (Index o = 0; o < plan.c.out_channels; ++o)
    for_tiles(plan, [&](auto rows, auto vectors, Index r, Index at) {
      const float* from = w + o * plan.filter() + b * plan.block() + r * run + at;
      float* dx = padded + r * row + at;
      Tile<decltype(rows)::number, decltype(vectors)::number> tile;
      for_registers(tile, from, run, [](const float* p, Floats& tap) { tap = load(p); });
      lists.for_each(
          o, [&](Index patch, Floats g) __attribute__((always_inline)) {
            for_registers(tile, dx + patch, row,
                          [&](float* p, const Floats& tap) { store(p, g * tap + load(p)); });
          });
    });
}

// Memory of one thread: the padded rows of a band of x, one block of channels; the padded image of dx,
// [block][row][column][depth], if it is requested.
struct Workspace {
  float *x, *dx;
  Lists lists;
};

// One image, band by band. dw [out_channels][filter] (may be null) and bias [out_channels] are sums over
// images; dx belongs to this image.
void backward_of_image(const Plan& plan, const Pooled& pooled, Index image, const float* x, const float* w,
                       const Workspace& workspace, float* dw, float* bias, float* dx) {
  const Bands bands = plan.bands();
  const Index origin = image * plan.c.height * plan.c.width * plan.c.channels;
  if (dx) clear_floats(workspace.dx, plan.blocks * plan.image());
  for (Index i = 0; i < bands.cut.parts; ++i) {
    const Band band = bands[image * bands.cut.parts + i];
    const Index rows = plan.c.padded_rows(band.rows);
    list_winners(plan, pooled, band, workspace.lists, bias);
    for (Index b = 0; b < plan.blocks; ++b) {
      if (dw) {
        clear_floats(workspace.x, rows * plan.row());
        for_pixels(plan, band.first, rows, [&](Index from, Index to, Index size) {
          copy_floats(workspace.x + to, x + origin + from + b * lanes, size);
        });
        gather_weights(plan, workspace.lists, b, workspace.x, dw);
      }
      if (dx)
        scatter_input(plan, workspace.lists, b, w, workspace.dx + b * plan.image() + band.first * plan.row());
    }
  }
  for (Index b = 0; dx && b < plan.blocks; ++b)
    for_pixels(plan, 0, plan.c.padded_rows(plan.c.out_height), [&](Index at, Index from, Index size) {
      float* to = dx + origin + at + b * lanes;
      const float* sums = workspace.dx + b * plan.image() + from;
      sweep(0, size, [&](Index j, auto part) { part.put(to + j, part.get(to + j) + part.get(sums + j)); });
    });
}

// Images are split into chunks, each with its own dw, added in order at the end; one thread computes the dx
// of an image.
void backward_of_winners(Context& context, const ConvolutionShape& s, const Pooled& pooled, const float* x,
                         const float* w, float* dx, float* dw, float* dbias) {
  const Plan plan(s);
  const Correlation& c = plan.c;
  if (c.work() == 0) return;
  const Index filters = c.out_channels * plan.filter(), partial_size = round_up(filters + c.out_channels, 16);
  const Cut chunks = {s.batch, chunks_of(s.batch, partial_size)};
  const Index rows = plan.bands().most_rows(), capacity = rows / 2 * plan.width();
  // The last run may be read up to one register too far.
  const Index x_size = round_up(c.padded_rows(rows) * plan.row() + lanes, 16);

  ScratchScope scope(context.scratch);
  float* stored = context.scratch.take<float>(dx ? filters : 0);
  if (dx)
    for_taps(plan, [&](Index at, Index k) {
      for (Index o = 0; o < c.out_channels; ++o) stored[o * plan.filter() + at] = w[k * c.out_channels + o];
    });
  const Chunks ours(context, chunks);
  const Items images = items_here(context, s.batch);
  // Images here may belong to a chunk that another process adds up: their dx is computed here, too.
  const auto chunk_of = [&](Index image) { return divide_up((image + 1) * chunks.parts, chunks.n) - 1; };
  const Index first = images.count() > 0 ? chunk_of(images.begin) : 0;
  const Index count = images.count() > 0 ? chunk_of(images.end - 1) + 1 - first : 0;
  float* partials = context.scratch.take<float>(chunks.parts * partial_size);
  const OwnMemory memory(context, x_size + (dx ? plan.blocks * plan.image() : 0));
  Winner* entries = context.scratch.take<Winner>(c.out_channels * capacity * context.threads);
  std::int32_t* next = context.scratch.take<std::int32_t>(c.out_channels * context.threads);
  const bool shared = context.threads > 1 && c.work() >= 32 * worth_sharing;
  share_out(context, shared, count, [&](Index item, Index thread) {
    const Index chunk = first + item;
    float *own = memory.of(thread), *partial = partials + chunk * partial_size;
    const Workspace workspace = {
        own,
        own + x_size,
        {entries + thread * c.out_channels * capacity, next + thread * c.out_channels, capacity}};
    clear_floats(partial, partial_size);
    const Index end = minimum(images.end, chunks.begin(chunk + 1));
    for (Index image = maximum(images.begin, chunks.begin(chunk)); image < end; ++image)
      backward_of_image(plan, pooled, image, x, stored, workspace, dw ? partial : nullptr, partial + filters,
                        dx);
  });
  const Index left = ours.add_up(partials, partial_size);
  parallel_sweep(context, partial_size, [&](Index i, auto part) {
    Floats total = part.get(partials + i);
    for (Index chunk = 1; chunk < left; ++chunk)
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
// Other activations have a non-zero derivative nearly everywhere; then all of dz is computed, for the dense
// kernels. So it is where a register of dx would hold elements of two pixels.
void convolution_activation_pool_backward(Context& context, const ConvolutionShape& s, Activation activation,
                                          const float* x, const float* w, const float* y,
                                          const std::uint8_t* winner, const float* dy, float* dx, float* dw,
                                          float* dbias) {
  const bool whole_registers = s.in_channels % lanes == 0 || (s.in_channels < lanes && !dx);
  if (activation == Activation::relu && s.stride == 1 && whole_registers)
    return backward_of_winners(context, s, {y, winner, dy}, x, w, dx, dw, dbias);
  ScratchScope scope(context.scratch);
  float* dz = context.scratch.take<float>(s.pixels() * s.out_channels);
  activation_pool_backward(context, s, activation, y, winner, dy, dz);
  if (dx) convolution_backward_input(context, s, dz, w, dx);
  if (dw || dbias) convolution_backward_weights(context, s, x, dz, dw, dbias);
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
