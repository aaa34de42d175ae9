// Every product of kernels/cuda with every tile of tiles.h. Small shapes take the small tiles alone, so the
// cases are made from the list that the dispatch uses: for each tile the smallest ragged result that takes
// it.
#include <doctest/doctest.h>

#include <algorithm>

#include "kernels/cuda/tiles.h"
#include "tests/devices.h"
#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

// Whether a device under test runs kernels/cuda; the others have tests of their own sizes.
bool tiles_are_under_test() {
  return std::ranges::any_of(devices_under_test(), [](const Backend* backend) {
    return backend->name != "reference" && backend->name != "cpu";
  });
}

// Small results take the large tiles, too, where the kernels are those of this program. A module has rules of
// its own: there the results are as large as in training.
class SmallResults {
 public:
  SmallResults() {
    if (std::ranges::all_of(devices_under_test(), [](const Backend* backend) {
          return backend->name == "emulator" || backend->name == "ptx";
        }))
      cuda::most_least_blocks = 4;
  }
  ~SmallResults() { cuda::most_least_blocks = cuda::wanted_blocks; }
  SmallResults(const SmallResults&) = delete;
  SmallResults& operator=(const SmallResults&) = delete;
};

struct Result {
  Index m, n;
};

// The last tile of every row and column is only partly filled, and its quads of four are, too. A tile that
// takes wide results has two columns of tiles.
Result ragged_result(std::size_t tile) {
  const cuda::TileRule& rule = cuda::tile_rules[tile];
  const Index n = rule.most_n > rule.columns ? rule.columns + 1 : rule.most_n - 3;
  for (Index down = 1; down <= 4 * cuda::wanted_blocks; ++down)
    if (const Index m = down * rule.rows + 5; cuda::tile_for(m, n) == tile) return {m, n};
  return {0, 0};
}

// The rows, at least 3, of an image of `columns` columns with at least m pixels, whose last tile is not full.
Index rows_for(std::size_t tile, Index m, Index columns) {
  Index rows = std::max<Index>(3, (m + columns - 1) / columns);
  while (rows * columns % cuda::tile_rules[tile].rows == 0) ++rows;
  return rows;
}

template <Transpose ta, Transpose tb>
void compare_gemm(std::size_t, Index m, Index n) {
  const Index k = 11;  // a whole strip of 8 and a part of one
  Trial trial("gemm {}x{}x{} ta={} tb={}", m, n, k, int(ta), int(tb));
  const auto a = trial.input(trial.random(m * k)), b = trial.input(trial.random(k * n));
  const auto c = trial.in_place(trial.random(m * n));
  trial.compare(
      [&](Run& run) {
        run.kernels.gemm(run.context, ta, tb, m, n, k, Real(0.5), run[a], ta == Transpose::no ? k : m, run[b],
                         tb == Transpose::no ? n : k, 1, run[c], n);
      },
      products(k + 1));
}

void compare_linear(std::size_t, Index m, Index n) {
  const Index k = 11;
  Trial trial("linear_forward {} {} {}", m, n, k);
  const auto x = trial.input(trial.random(m * k)), w = trial.input(trial.random(k * n));
  const auto bias = trial.input(trial.random(n));
  const auto y = trial.output<Real>(m * n);
  trial.compare(
      [&](Run& run) { run.kernels.linear_forward(run.context, m, n, k, run[x], run[w], run[bias], run[y]); },
      products(k + 1));
}

void compare_distances(std::size_t, Index m, Index n) {
  const Index k = 11;
  Trial trial("pairwise_distance_forward {} {} {}", m, n, k);
  const auto x = trial.input(trial.random(m * k)), y = trial.input(trial.random(n * k));
  const auto d = trial.output<Real>(m * n);
  trial.compare(
      [&](Run& run) { run.kernels.pairwise_distance_forward(run.context, m, n, k, run[x], run[y], run[d]); },
      within(4.0 * double(k + 2), 2.0 * double(k)));
}

std::string describe(const ConvolutionShape& s) {
  return fmt::format("[{} {} {} {}] * {}x{} -> {} channels, pad {}", s.batch, s.height, s.width,
                     s.in_channels, s.kernel_height, s.kernel_width, s.out_channels, s.pad);
}

void compare_convolution(std::size_t tile, Index m, Index n) {
  const Index columns = 37, rows = rows_for(tile, m, columns);
  const ConvolutionShape s{1, rows - 2, columns, 4, n, 1, 3, 1, 1};
  REQUIRE(cuda::tile_for(s.pixels(), n) == tile);
  Trial trial("convolution_forward {}", describe(s));
  const auto x = trial.input(trial.random(s.height * s.width * s.in_channels));
  const auto w = trial.input(trial.random(s.patch() * n)), bias = trial.input(trial.random(n));
  const auto y = trial.output<Real>(s.pixels() * n);
  trial.compare(
      [&](Run& run) { run.kernels.convolution_forward(run.context, s, run[x], run[w], run[bias], run[y]); },
      products(s.patch() + 1));
}

// Where two pixels of a window are nearly equal the winner may differ from the reference's, so the winners
// are only required to be the same in every run of a device.
void compare_pooled_convolution(std::size_t tile, Index m, Index n) {
  const Index windows = 37;  // across
  const Index down = (m + 4 * windows - 1) / (4 * windows);
  const ConvolutionShape s{1, 2 * down - 1, 2 * windows + 1, 4, n, 1, 3, 1, 1};
  const Index pooled = s.out_height() / 2 * (s.out_width() / 2);
  REQUIRE(cuda::tile_for(4 * pooled, n) == tile);
  REQUIRE(4 * pooled % cuda::tile_rules[tile].rows != 0);
  Trial trial("convolution_activation_pool_forward {}", describe(s));
  const auto x = trial.input(trial.random(s.height * s.width * s.in_channels));
  const auto w = trial.input(trial.random(s.patch() * n)), bias = trial.input(trial.random(n));
  const auto y = trial.output<Real>(pooled * n);
  const auto winner = trial.choice<std::uint8_t>(pooled * n);
  trial.compare(
      [&](Run& run) {
        run.kernels.convolution_activation_pool_forward(run.context, s, Activation::identity, run[x], run[w],
                                                        run[bias], run[y], run[winner]);
      },
      within(4.0 * double(s.patch() + 1), double(s.patch() + 1)),
      [&](const Outcome& got) { CHECK(std::ranges::all_of(got[winner], [](auto at) { return at < 4; })); });
}

void compare_gradient_by_input(std::size_t tile, Index m, Index n) {
  const Index columns = 37, rows = rows_for(tile, m, columns);
  const ConvolutionShape s{1, rows, columns, n, 4, 1, 3, 1, 1};
  REQUIRE(cuda::tile_for(s.height * s.width, n) == tile);
  Trial trial("convolution_backward_input {}", describe(s));
  const auto dy = trial.input(trial.random(s.pixels() * s.out_channels));
  const auto w = trial.input(trial.random(s.patch() * s.out_channels));
  const auto dx = trial.gradient(s.height * s.width * n);
  trial.compare(
      [&](Run& run) { run.kernels.convolution_backward_input(run.context, s, run[dy], run[w], run[dx]); },
      products(s.patch() / n * s.out_channels + 1));
}

// m = 5 x 5 taps of each channel; few pixels, so that the sum is short.
void compare_gradient_by_weights(std::size_t tile, Index m, Index n) {
  Index channels = (m + 24) / 25;
  while (25 * channels % cuda::tile_rules[tile].rows == 0) ++channels;
  const ConvolutionShape s{1, 3, 4, channels, n, 5, 5, 1, 2};
  REQUIRE(cuda::tile_for(s.patch(), n) == tile);
  Trial trial("convolution_backward_weights {}", describe(s));
  const auto x = trial.input(trial.random(s.height * s.width * channels));
  const auto dy = trial.input(trial.random(s.pixels() * n));
  const auto dw = trial.gradient(s.patch() * n);
  trial.compare(
      [&](Run& run) {
        run.kernels.convolution_backward_weights(run.context, s, run[x], run[dy], run[dw], nullptr);
      },
      products(s.pixels() + 1));
}

void compare_on_every_tile(void (*compare)(std::size_t tile, Index m, Index n)) {
  if (!tiles_are_under_test()) return;
  const SmallResults small;
  for (std::size_t tile = 0; tile < std::size(cuda::tile_rules); ++tile) {
    const Result result = ragged_result(tile);
    compare(tile, result.m, result.n);
  }
}

}  // namespace

TEST_CASE("product: every tile of the list is taken by some result, at its bounds and not beyond them") {
  using cuda::tile_for, cuda::tile_rules, cuda::tiles_of;
  for (std::size_t tile = 0; tile < std::size(tile_rules); ++tile) {
    const cuda::TileRule& rule = tile_rules[tile];
    CAPTURE(tile);
    const Result result = ragged_result(tile);
    REQUIRE_MESSAGE(result.m > 0, "no product takes a tile of ", rule.rows, " x ", rule.columns);
    CHECK(result.m % rule.rows != 0);
    CHECK(result.n % rule.columns != 0);
    CHECK(tiles_of(rule, result.m, result.n) >= rule.least_blocks);
    if (rule.most_n < cuda::any_width) CHECK(tile_for(result.m, rule.most_n + 1) != tile);
    if (rule.least_n > 1) CHECK(tile_for(result.m, rule.least_n - 1) != tile);
  }
}

TEST_CASE("product: gemm with every tile, four transposes") {
  compare_on_every_tile(compare_gemm<Transpose::no, Transpose::no>);
  compare_on_every_tile(compare_gemm<Transpose::no, Transpose::yes>);
  compare_on_every_tile(compare_gemm<Transpose::yes, Transpose::no>);
  compare_on_every_tile(compare_gemm<Transpose::yes, Transpose::yes>);
}
TEST_CASE("product: linear with every tile") {
  compare_on_every_tile(compare_linear);
}
TEST_CASE("product: distances with every tile") {
  compare_on_every_tile(compare_distances);
}
TEST_CASE("product: convolution forward with every tile") {
  compare_on_every_tile(compare_convolution);
}
TEST_CASE("product: convolution, activation and pooling with every tile") {
  compare_on_every_tile(compare_pooled_convolution);
}
TEST_CASE("product: convolution backward by the input with every tile") {
  compare_on_every_tile(compare_gradient_by_input);
}
TEST_CASE("product: convolution backward by the weights with every tile") {
  compare_on_every_tile(compare_gradient_by_weights);
}
TEST_CASE("product: a split sum, with both tiles that are given parts of it") {
  if (!tiles_are_under_test()) return;
  for (const Result result : {Result{37, 33}, Result{453, 197}}) {
    const Index m = result.m, n = result.n, k = 523;  // parts of 64, and one of 11
    Trial trial("gemm {}x{}x{}", m, n, k);
    const auto a = trial.input(trial.random(m * k)), b = trial.input(trial.random(k * n));
    const auto c = trial.in_place(trial.random(m * n));
    trial.compare(
        [&](Run& run) {
          run.kernels.gemm(run.context, Transpose::yes, Transpose::no, m, n, k, Real(0.5), run[a], m, run[b],
                           n, Real(0.25), run[c], n);
        },
        products(k + 1));
  }
}
