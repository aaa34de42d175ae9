// Starting kernels and taking scratch memory, on the emulator.
#include "kernels/cuda/host.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "kernels/context.h"
#include "kernels/cuda/table.h"
#include "kernels/emulator/options.h"

using namespace triptych;

namespace triptych::cuda::host_test {

__global__ void count_kernel(int n, PoolShape, float* x) {
  if (threadIdx.x < static_cast<unsigned>(n)) x[threadIdx.x] = 1;
}

}  // namespace triptych::cuda::host_test

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "a launch that fails names the kernel, the launch and the shapes, and nothing is started after it") {
  Context context;
  const PoolShape shape = {.batch = 3, .height = 17, .width = 9, .channels = 5};
  float* x = cuda::Workspace(context).take<float>(4);
  REQUIRE(x);
  cuda::start(context, "count", cuda::host_test::count_kernel, dim3(2), dim3(2048), 4, shape, x);
  const std::string first = context.error;
  CHECK(contains(first, "kernel count, grid 2 x 1 x 1, block 2048 x 1 x 1"));
  CHECK(contains(first, "{batch 3, height 17, width 9, channels 5, window_height 2, window_width 2}"));
  cuda::start(context, "later", cuda::host_test::count_kernel, dim3(2), dim3(4096), 4, shape, x);
  CHECK(context.error == first);
}

TEST_CASE("a size that a kernel cannot count to is an error, not a wrong result") {
  Context context;
  cuda::start(context, "count", cuda::host_test::count_kernel, dim3(1), dim3(32), Index(1) << 31, PoolShape{},
              static_cast<float*>(nullptr));
  CHECK(contains(context.error, "kernel count"));
  CHECK(contains(context.error, "2147483648"));
}

TEST_CASE("scratch memory is given back at the end of the scope, and does not overlap within it") {
  Context context;
  float* first = nullptr;
  {
    cuda::Workspace scratch(context);
    first = scratch.take<float>(100);
    float* second = scratch.take<float>(1 << 20);  // more than a block
    float* third = scratch.take<float>(3);
    REQUIRE(first);
    REQUIRE(second);
    CHECK((second >= first + 100 || second + (1 << 20) <= first));
    CHECK((third >= second + (1 << 20) || third + 3 <= second));
    CHECK(reinterpret_cast<std::uintptr_t>(third) % 256 == 0);
    cuda::Workspace nested(context);
    CHECK(nested.take<float>(5) >= third + 3);
  }
  cuda::Workspace again(context);
  CHECK(again.take<float>(7) == first);
  CHECK(context.error.empty());
}

// Small copies share a piece of the pinned ring, large ones run through it: whether commands run at once or
// late, what arrives is what the host had when it called.
TEST_CASE("copies of all sizes arrive as they were, though the host goes on to use its memory") {
  constexpr std::size_t piece = std::size_t(1) << 20;
  const std::vector<std::size_t> sizes = {100,       piece,     7,  5 * piece + 3, piece / 2, 64,
                                          piece / 2, piece - 1, 12, piece / 2};
  std::vector<std::uint8_t> pattern(5 * piece + 300);  // each array has another part of it
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  for (const std::uint64_t seed : {0, 1, 2}) {
    emulator::options().stream_seed = seed;
    Context context;
    std::vector<std::vector<std::uint8_t>> expected;
    std::vector<void*> arrays;
    for (int round = 0; round < 2; ++round)
      for (const std::size_t bytes : sizes) {
        const auto from = pattern.begin() + static_cast<std::ptrdiff_t>(arrays.size());
        std::vector<std::uint8_t> host(from, from + static_cast<std::ptrdiff_t>(bytes));
        expected.push_back(host);
        arrays.push_back(cuda::allocate(context, bytes));
        cuda::copy_in(context, arrays.back(), host.data(), bytes);
        std::ranges::fill(host, std::uint8_t(0));
      }
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      std::vector<std::uint8_t> got(expected[i].size());
      cuda::copy_out(context, got.data(), arrays[i], got.size());
      CHECK(got == expected[i]);
      cuda::release(context, arrays[i]);
    }
    CHECK(context.error == "");
    emulator::options().stream_seed = 0;
  }
}
