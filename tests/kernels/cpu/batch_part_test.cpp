#include "kernels/batch_part.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "kernels/backends.h"
#include "kernels/context.h"
#include "kernels/kernels.h"

using namespace triptych;

// Kernels that compute a part of a batch (kernels/batch_part.h), without the engine that splits it: processes
// one after the other, whose borders a test chooses. Those of a training are rarely in the middle of a chunk
// of images: it takes batches of more than 32.
namespace {

using Numbers = std::vector<Real>;

Numbers some_numbers(Index count, std::uint32_t seed) {
  Numbers values(static_cast<std::size_t>(count));
  for (Real& value : values) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<Real>(seed >> 8) / Real(1 << 24) - Real(0.5);
  }
  return values;
}

// The gradients that a call adds up: dx belongs to images, dw and dbias are sums over the batch.
struct Sums {
  Numbers dx, dw, dbias;
};
using Call = std::function<void(Context&, Sums&)>;

// What the processes exchange: the partial sums of all chunks. The first run of each process fills them, the
// second one finds the sum.
struct Exchange {
  BatchPart part;
  std::vector<Index> reach;  // [images]
  Numbers partials;          // [chunks][floats]
  bool complete = false;

  static void note_reach(void* self, Index first, Index end) {
    Index& furthest = static_cast<Exchange*>(self)->reach[static_cast<std::size_t>(first)];
    furthest = std::max(furthest, end);
  }
  static void add_up(void* self, float* partials, const Index* first_chunk, Index chunks, Index floats) {
    Exchange& all = *static_cast<Exchange*>(self);
    if (all.part.planning) return;
    all.partials.resize(static_cast<std::size_t>(chunks * floats));
    const Index begin = first_chunk[all.part.rank] * floats, end = first_chunk[all.part.rank + 1] * floats;
    if (!all.complete) std::copy(partials + begin, partials + end, all.partials.begin() + begin);
    for (Index i = 0; all.complete && i < floats; ++i) {
      partials[i] = all.partials[static_cast<std::size_t>(i)];
      for (Index chunk = 1; chunk < chunks; ++chunk)
        partials[i] += all.partials[static_cast<std::size_t>(chunk * floats + i)];
    }
  }
};

// Calls the kernel as three processes that own the images before, between and after `borders`, and compares
// with one process: the gradients of each one's images, and the sums.
void check_parts(const Call& call, const Sums& zero, Index images, Index first_border, Index second_border) {
  Context context;
  context.threads = 2;
  Sums expected = zero;
  call(context, expected);

  const Index owned[] = {0, first_border, second_border, images};
  Exchange exchange;
  exchange.reach.resize(static_cast<std::size_t>(images));
  BatchPart& part = exchange.part;
  part.images = images, part.ranks = 3, part.first_image = owned, part.data = &exchange;
  part.reach = Exchange::note_reach, part.add_up = Exchange::add_up;
  context.shared = std::make_shared<SharedWork>();
  context.shared->part = &part;

  part.planning = true;
  Sums planned = zero;
  call(context, planned);
  CHECK(planned.dx == expected.dx);
  CHECK(planned.dw == expected.dw);
  CHECK(planned.dbias == expected.dbias);

  part.planning = false;
  const Index image = static_cast<Index>(zero.dx.size()) / images;
  for (const bool complete : {false, true}) {
    exchange.complete = complete;
    for (part.rank = 0; part.rank < part.ranks; ++part.rank) {
      CAPTURE(part.rank);
      part.begin = owned[part.rank];
      part.end = *std::max_element(exchange.reach.begin() + part.begin,
                                   exchange.reach.begin() + owned[part.rank + 1]);
      Sums sums = zero;
      call(context, sums);
      for (Index i = 0; i < images; ++i) {
        CAPTURE(i);
        const bool here = part.begin <= i && i < part.end;
        const auto from = (here ? expected : zero).dx.begin() + i * image;
        CHECK(std::equal(from, from + image, sums.dx.begin() + i * image));
      }
      if (!complete) continue;
      CHECK(sums.dw == expected.dw);
      CHECK(sums.dbias == expected.dbias);
    }
  }
}

}  // namespace

TEST_CASE("batch part: convolution, activation and pooling backwards, with a border amid a chunk of images") {
  // 40 images in 32 chunks: the fourth and the twentieth chunk, of the images 3 and 4, 23 and 24, among them.
  const ConvolutionShape s = {40, 6, 8, 16, 4, 3, 3, 1, 1};
  Activation activation = Activation::relu;
  SUBCASE("lists of winners") {}
  SUBCASE("dense gradients") {
    activation = Activation::tanh;
  }
  const Kernels& kernels = cpu::kernels();
  const Index pooled = s.batch * (s.out_height() / 2) * (s.out_width() / 2) * s.out_channels;
  const Numbers x = some_numbers(s.batch * s.height * s.width * s.in_channels, 1),
                w = some_numbers(s.patch() * s.out_channels, 2), bias = some_numbers(s.out_channels, 3),
                dy = some_numbers(pooled, 4);
  Numbers y(static_cast<std::size_t>(pooled));
  std::vector<std::uint8_t> winner(y.size());
  Context context;
  kernels.convolution_activation_pool_forward(context, s, activation, x.data(), w.data(), bias.data(),
                                              y.data(), winner.data());
  check_parts(
      [&](Context& with, Sums& sums) {
        kernels.convolution_activation_pool_backward(with, s, activation, x.data(), w.data(), y.data(),
                                                     winner.data(), dy.data(), sums.dx.data(), sums.dw.data(),
                                                     sums.dbias.data());
      },
      {Numbers(x.size()), Numbers(w.size()), Numbers(bias.size())}, s.batch, 4, 24);
}
