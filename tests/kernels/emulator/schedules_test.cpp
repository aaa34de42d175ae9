// Races, and who sees them: a kernel with a missing barrier gives the right result in one order of its
// threads and a wrong one in another.
#include <cuda_runtime.h>
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "kernels/emulator/executor.h"
#include "kernels/emulator/options.h"
#include "kernels/emulator/sanitizer.h"
#include "tests/kernels/emulator/device_array.h"

using namespace triptych;
using test::DeviceArray;
using test::error_of;

namespace triptych::cuda::planted {

// y[i] = x[i - 1] through shared memory: every thread reads what its neighbour wrote.
template <bool has_barrier>
__global__ void shift(float* y, const float* x) {
  __shared__ float tile[64];
  tile[threadIdx.x] = x[threadIdx.x];
  if (has_barrier) __syncthreads();
  y[threadIdx.x] = threadIdx.x > 0 ? tile[threadIdx.x - 1] : 0;
}

__global__ void sum_tree(float* y, const float* x) {
  __shared__ float tile[256];
  const unsigned i = threadIdx.x;
  tile[i] = x[i];
  for (unsigned half = 128; half > 0; half /= 2) {
    __syncthreads();
    if (i < half) tile[i] += tile[i + half];
  }
  if (i == 0) *y = tile[0];
}

// The lanes of a warp add, then the warps.
__global__ void sum_warps(float* y, const float* x) {
  __shared__ float sums[8];
  float v = x[threadIdx.x];
  for (int d = 16; d > 0; d /= 2) v += __shfl_down_sync(0xffffffffu, v, d);
  if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = v;
  __syncthreads();
  if (threadIdx.x == 0) {
    float all = 0;
    for (const float s : sums) all += s;
    *y = all;
  }
}

// Half a warp each: masks that name some lanes only, and lanes that have left.
__global__ void partial_masks(float* y) {
  const int lane = static_cast<int>(threadIdx.x);
  if (lane >= 24) return;
  float v = static_cast<float>(lane);
  if (lane < 16)
    v = __shfl_xor_sync(0x0000ffffu, v, 1);
  else
    v = __shfl_up_sync(0x00ff0000u, v, 2, 8);
  const unsigned above_3 = __ballot_sync(0xffffffffu, v > 3);
  y[lane] = v + static_cast<float>(__popc(above_3));
}

// Which block was the k-th to draw a number? It depends on the order of blocks.
__global__ void draw_numbers(float* y, unsigned* counter) {
  y[atomicAdd(counter, 1u)] = static_cast<float>(blockIdx.x);
}

__global__ void where_am_i(float* y) {
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  y[block * blockDim.x * blockDim.y * blockDim.z + thread] = static_cast<float>(1000 * block + thread);
}

}  // namespace triptych::cuda::planted

using namespace triptych::cuda::planted;
using cuda::launch;

namespace {

std::vector<float> numbers(std::size_t n) {
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<float>(i * 37 % 101) + 0.25f;
  return values;
}

// The emulator's options while it lives.
class WithOrder {
 public:
  explicit WithOrder(const std::string& order) : before_(emulator::options()) {
    emulator::set_order(emulator::options(), order);
  }
  ~WithOrder() { emulator::options() = before_; }
  WithOrder(const WithOrder&) = delete;
  WithOrder& operator=(const WithOrder&) = delete;

 private:
  emulator::Options before_;
};

const char* const orders[] = {"forward", "reverse", "random:1", "random:2", "fuzz:4"};

}  // namespace

TEST_CASE("emulator: blocks and threads know where they are, in one, two and three dimensions") {
  for (const char* order : orders) {
    const WithOrder with(order);
    for (const auto& [grid, block] :
         {std::pair{dim3(7), dim3(33)}, {dim3(3, 2), dim3(4, 5)}, {dim3(2, 3, 2), dim3(3, 2, 4)}}) {
      const std::size_t threads = block.x * block.y * block.z, blocks = grid.x * grid.y * grid.z;
      DeviceArray y(threads * blocks);
      launch(where_am_i, grid, block, 0, nullptr, y.data());
      CHECK(error_of(cudaGetLastError()) == "");
      const std::vector<float> got = y.values();
      for (std::size_t i = 0; i < got.size(); ++i)
        REQUIRE(got[i] == static_cast<float>(1000 * (i / threads) + i % threads));
    }
  }
}

TEST_CASE("emulator: barriers and warp operations give the same sums in every order") {
  const std::vector<float> values = numbers(256);
  float sum = 0;
  for (const float v : values) sum += v;
  for (const char* order : orders) {
    const WithOrder with(order);
    DeviceArray x(values), y(1);
    launch(sum_tree, 1, 256, 0, nullptr, y.data(), x.data());
    CHECK(error_of(cudaGetLastError()) == "");
    CHECK(y.values()[0] == sum);
    launch(sum_warps, 1, 256, 0, nullptr, y.data(), x.data());
    CHECK(error_of(cudaGetLastError()) == "");
    CHECK(y.values()[0] == sum);
  }
}

TEST_CASE("emulator: masks of some lanes, widths, and lanes that have exited") {
  DeviceArray y(24);
  launch(partial_masks, 1, 32, 0, nullptr, y.data());
  CHECK(error_of(cudaGetLastError()) == "");
  const std::vector<float> got = y.values();
  const float above = 20;  // all but lanes 0 to 3, which exchange the values 0 to 3 among themselves
  for (int lane = 0; lane < 16; ++lane)
    CHECK(got[static_cast<std::size_t>(lane)] == static_cast<float>(lane ^ 1) + above);
  CHECK(got[16] == 16 + above);
  CHECK(got[17] == 17 + above);
  for (int lane = 18; lane < 24; ++lane)
    CHECK(got[static_cast<std::size_t>(lane)] == static_cast<float>(lane - 2) + above);
}

// The thread sanitizer reports the race itself, and ends the program.
#ifndef TRIPTYCH_THREAD_SANITIZER
TEST_CASE("emulator: a missing barrier is right in one order, wrong in another, and a race to the fuzzer") {
  const std::vector<float> values = numbers(64);
  std::vector<float> shifted(64, 0.0f);
  for (std::size_t i = 1; i < 64; ++i) shifted[i] = values[i - 1];
  DeviceArray x(values), y(64);
  const auto run = [&](auto kernel, const char* order, bool watch = false) {
    const WithOrder with(order);
    emulator::options().watch = watch;
    launch(kernel, 1, 64, 0, nullptr, y.data(), x.data());
    return error_of(cudaGetLastError());
  };
  CHECK(run(shift<false>, "forward") == "");
  CHECK(y.values() == shifted);  // unnoticed
// With the address sanitizer, static shared arrays are not forgotten between launches, and hold the right
// values still.
#ifndef TRIPTYCH_ADDRESS_SANITIZER
  CHECK(run(shift<false>, "reverse") == "");
  CHECK(y.values() != shifted);
  const std::string error = run(shift<false>, "fuzz:3");
  INFO(error);
  CHECK(error.find(
            "kernel shift<false>: race: the result depends on the order in which threads run; in the order "
            "reverse element") != std::string::npos);
#endif
  CHECK(run(shift<true>, "fuzz:5") == "");
  CHECK(y.values() == shifted);
  // The shadow of memory needs no luck with the order.
  if (emulator::instrumented)
    for (const char* order : orders)
      CHECK(run(shift<false>, order, true).find("reads shared memory that") != std::string::npos);
  CHECK(run(shift<true>, "fuzz:5", true) == "");
}
#endif

TEST_CASE("emulator: a result that depends on the order of blocks is a race, too") {
  const WithOrder with("fuzz:2");
  DeviceArray y(16), counter(std::vector<float>{0.0f});
  launch(draw_numbers, 16, 1, 0, nullptr, y.data(), reinterpret_cast<unsigned*>(counter.data()));
  CHECK(error_of(cudaGetLastError()).find("kernel draw_numbers: race:") != std::string::npos);
}

TEST_CASE("emulator: an order that does not exist is refused, and the message says which do") {
  emulator::Options options;
  for (const char* wrong : {"", "backwards", "random", "random:0", "fuzz:1", "fuzz"})
    CHECK_THROWS_WITH_AS(emulator::set_order(options, wrong),
                         doctest::Contains("forward, reverse, random:SEED"), emulator::Fault);
}
