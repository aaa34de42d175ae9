// Starting kernels and taking scratch memory, on the emulator.
#include "kernels/cuda/host.h"

#include <doctest/doctest.h>

#include "kernels/context.h"

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
