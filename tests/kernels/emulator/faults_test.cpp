// Kernels with one planted mistake each, and the sentence that the emulator has for it.
#include <cuda_runtime.h>
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "kernels/emulator/sanitizer.h"
#include "tests/kernels/emulator/device_array.h"

using namespace triptych;
using test::DeviceArray;
using test::error_of;

namespace triptych::cuda::planted {

__global__ void barrier_under_if(float* x) {
  if (threadIdx.x < 40) __syncthreads();
  x[threadIdx.x] = 1;
}

__global__ void different_barriers(float* x) {
  if (threadIdx.x % 2)
    __syncthreads();
  else
    __syncthreads();
  x[threadIdx.x] = 1;
}

__global__ void shuffle_under_if(float* x) {
  float v = x[threadIdx.x];
  if (threadIdx.x < 16) v += __shfl_xor_sync(0xffffffffu, v, 1);
  __syncthreads();
  x[threadIdx.x] = v;
}

__global__ void mask_without_the_caller(float* x) {
  x[threadIdx.x] = __shfl_sync(0x0000ffffu, x[threadIdx.x], 0);
}

__global__ void different_warp_operations(float* x) {
  if (threadIdx.x < 16)
    x[threadIdx.x] = __shfl_sync(0xffffffffu, 1.0f, 0);
  else
    __syncwarp();
}

__global__ void copy(float* to, const float* from, int n) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) to[i] = from[i];
}

struct Pair {
  const float* from;
  int n;
};
__global__ void copy_pair(float* to, Pair pair) {
  if (static_cast<int>(threadIdx.x) < pair.n) to[threadIdx.x] = pair.from[threadIdx.x];
}

__global__ void fill_local_array(float* x, int n) {
  volatile float local[60000];
  for (int i = 0; i < n; ++i) local[i] = static_cast<float>(i);
  x[threadIdx.x] = local[n / 2];
}

__global__ void too_much_static_shared(float* x) {
  __shared__ float tile[13000];
  tile[threadIdx.x] = 1;
  __syncthreads();
  x[threadIdx.x] = tile[threadIdx.x];
}

__global__ void read_what_was_never_written(float* x) {
  __shared__ float tile[64];
  float* dynamic = dynamic_shared<float>();
  if (threadIdx.x == 0) tile[0] = dynamic[0] = 1;
  __syncthreads();
  x[threadIdx.x] = tile[threadIdx.x] + dynamic[threadIdx.x];
}

}  // namespace triptych::cuda::planted

using namespace triptych::cuda::planted;
using cuda::launch;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("emulator: a barrier that not all threads reach") {
  if (!emulator::instrumented) {
    MESSAGE("SKIPPED: this build does not announce its accesses to memory");
    return;
  }
  const test::Watching watching;
  DeviceArray x(64);
  launch(barrier_under_if, 2, 64, 0, nullptr, x.data());
  const std::string error = error_of(cudaGetLastError());
  INFO(error);
  CHECK(has(error, "kernel barrier_under_if, block (0,0,0)"));
  CHECK(has(error, "divergent barrier: some threads wait at __syncthreads and others have exited"));
  CHECK(has(error, "from thread (0,0,0) on: waits at the __syncthreads of"));
  CHECK(has(error, "faults_test.cpp:19"));
  CHECK(has(error, "from thread (40,0,0) on: has exited"));
}

TEST_CASE("emulator: threads at different barriers") {
  DeviceArray x(64);
  launch(different_barriers, 1, 64, 0, nullptr, x.data());
  const std::string error = error_of(cudaGetLastError());
  INFO(error);
  CHECK(has(error, "divergent barrier: threads wait at different __syncthreads"));
}

TEST_CASE("emulator: a shuffle that names lanes which never come") {
  DeviceArray x(64);
  launch(shuffle_under_if, 1, 64, 0, nullptr, x.data());
  const std::string error = error_of(cudaGetLastError());
  INFO(error);
  CHECK(has(error, "missing lanes"));
  CHECK(has(error, "from thread (0,0,0) on: waits in the warp operation of"));
  CHECK(has(error, "from thread (16,0,0) on: waits at the __syncthreads of"));
}

TEST_CASE("emulator: a mask that does not name the caller, and lanes that meet in different operations") {
  DeviceArray x(32);
  launch(mask_without_the_caller, 1, 32, 0, nullptr, x.data());
  std::string error = error_of(cudaGetLastError());
  INFO(error);
  CHECK(has(error, "thread (16,0,0)"));
  CHECK(has(error, "whose mask does not name it"));
  launch(different_warp_operations, 1, 32, 0, nullptr, x.data());
  error = error_of(cudaGetLastError());
  CAPTURE(error);
  CHECK(has(error, "different warp operations"));
}

TEST_CASE("emulator: pointers of the host") {
  DeviceArray x(32);
  std::vector<float> host(32, 1.0f);
  launch(copy, 1, 32, 0, nullptr, x.data(), host.data(), 32);
  std::string error = error_of(cudaGetLastError());
  INFO(error);
  CHECK(has(error, "kernel copy: argument 2 points to memory of the host"));
  // In a struct only addresses above 4 GiB are told from integers; a large array is there in every layout.
  const std::vector<float> large(1 << 20);
  launch(copy_pair, 1, 32, 0, nullptr, x.data(), Pair{large.data(), 32});
  error = error_of(cudaGetLastError());
  CAPTURE(error);
  if (!emulator::sanitized)  // a sanitizer's shadow memory makes addresses of too many numbers
    CHECK(has(error, "argument 2 points to memory of the host"));
}

TEST_CASE("emulator: pinned memory is legal on both sides") {
  DeviceArray x(32);
  float* pinned = nullptr;
  REQUIRE(cudaMallocHost(&pinned, 32 * sizeof(float)) == cudaSuccess);
  for (int i = 0; i < 32; ++i) pinned[i] = static_cast<float>(i);
  launch(copy, 1, 32, 0, nullptr, x.data(), pinned, 32);
  CHECK(cudaGetLastError() == cudaSuccess);
  CHECK(x.values()[31] == 31);
  CHECK(cudaFreeHost(pinned) == cudaSuccess);
}

// With the address sanitizer these two end the program with the sanitizer's own report.
#ifndef TRIPTYCH_ONE_BLOCK_AT_A_TIME
TEST_CASE("emulator: out of bounds, with the thread and the distance") {
  DeviceArray x(64), y(64);
  launch(copy, 2, 64, 0, nullptr, x.data(), y.data(), 128);
  std::string error = error_of(cudaGetLastError());
  INFO(error);
  CHECK(has(error, "kernel copy, block (1,0,0), thread (0,0,0)"));
  CHECK(has(error, "out of bounds: it touches 0 bytes behind the end of 256 bytes of device memory"));
  launch(copy, 1, 32, 0, nullptr, x.data(), static_cast<const float*>(nullptr), 1);
  error = error_of(cudaGetLastError());
  CAPTURE(error);
  CHECK(has(error, "it follows a null pointer"));
  // The emulator goes on as if nothing had happened.
  launch(copy, 1, 64, 0, nullptr, x.data(), y.data(), 64);
  CHECK(cudaGetLastError() == cudaSuccess);
}

TEST_CASE(
    "emulator: a write into the slack behind an array is noticed, at the latest when the array is freed") {
  const test::Watching watching;
  float *x = nullptr, *y = nullptr;
  REQUIRE(cudaMalloc(&x, 5 * sizeof(float)) == cudaSuccess);
  REQUIRE(cudaMalloc(&y, 6 * sizeof(float)) == cudaSuccess);
  launch(copy, 1, 32, 0, nullptr, x, y, 6);
  const std::string error = error_of(cudaGetLastError());
  INFO(error);
  if (emulator::instrumented) {
    CHECK(has(error, "thread (5,0,0), "));
    CHECK(has(error, "tests/kernels/emulator/faults_test.cpp:"));
    CHECK(has(error, "out of bounds: it touches 0 bytes behind the end of 20 bytes of device memory"));
    x[5] = 1;  // the host's own hand
  } else {
    CHECK(error == "");
  }
  CHECK(has(error_of(cudaFree(x)), "somebody wrote behind the end of 20 bytes of device memory"));
  CHECK(cudaFree(y) == cudaSuccess);
}

TEST_CASE("emulator: stack overflow is named") {
  DeviceArray x(32);
  launch(fill_local_array, 1, 32, 0, nullptr, x.data(), 60000);
  const std::string error = error_of(cudaGetLastError());
  INFO(error);
  CHECK(has(error, "kernel fill_local_array, block (0,0,0), thread (0,0,0)"));
  CHECK(has(error, "stack overflow: its arrays and calls need more than 64 KiB"));
}

TEST_CASE("emulator: static shared memory is counted") {
  DeviceArray x(32);
  launch(too_much_static_shared, 1, 32, 0, nullptr, x.data());
  const std::string error = error_of(cudaGetLastError());
  INFO(error);
  CHECK(
      has(error, "bad launch: 52000 bytes of static and 0 of dynamic shared memory are more than the 49152"));
}
#endif

TEST_CASE("emulator: bad launches") {
  DeviceArray x(32);
  const auto error_with = [&](dim3 grid, dim3 block, std::size_t shared) {
    launch(copy, grid, block, shared, nullptr, x.data(), x.data(), 0);
    return error_of(cudaGetLastError());
  };
  CHECK(has(error_with(1, 1025, 0), "kernel copy: bad launch: a block of 1025 x 1 x 1 threads is too big"));
  CHECK(has(error_with(1, dim3(1, 1, 65), 0), "is too big"));
  CHECK(has(error_with(0, 32, 0), "a grid of 0 x 1 x 1 blocks of 32 x 1 x 1 threads is empty"));
  CHECK(has(error_with(dim3(1, 65536), 32, 0), "a grid of 1 x 65536 x 1 blocks is too big"));
  CHECK(has(error_with(1, 32, 50000), "50000 of dynamic shared memory are more than the 49152"));
  CHECK(cudaFuncSetAttribute(copy, cudaFuncAttributeMaxDynamicSharedMemorySize, 50000) == cudaSuccess);
  CHECK(error_with(1, 32, 50000) == "");
}

TEST_CASE("emulator: copies in the wrong direction, too long, or of freed memory") {
  DeviceArray x(32);
  std::vector<float> host(64);
  const std::size_t bytes = 32 * sizeof(float);
  CHECK(has(error_of(cudaMemcpy(x.data(), host.data(), bytes, cudaMemcpyDeviceToHost)),
            "cudaMemcpy: the target is byte 0 of 128 bytes of device memory where the direction says host"));
  CHECK(has(error_of(cudaMemcpy(host.data(), host.data(), bytes, cudaMemcpyHostToDevice)),
            "the target is memory of the host where the direction says device"));
  CHECK(has(error_of(cudaMemcpy(host.data(), x.data(), 2 * bytes, cudaMemcpyDeviceToHost)),
            "the 256 bytes go beyond the source"));
  CHECK(has(error_of(cudaFree(host.data())), "cudaFree: this is memory of the host"));
  CHECK(has(error_of(cudaFree(x.data() + 1)), "cudaFree: this is byte 4 of 128 bytes of device memory"));
}

TEST_CASE("emulator: memory that was never written is NaN, or a fault when accesses are watched") {
  DeviceArray x(64);
  for (const float v : x.values()) CHECK(std::isnan(v));
  if (emulator::sanitized) return;  // static shared arrays begin as zero there
  if (emulator::instrumented) {
    const test::Watching watching;
    launch(read_what_was_never_written, 1, 64, 64 * sizeof(float), nullptr, x.data());
    const std::string error = error_of(cudaGetLastError());
    INFO(error);
    CHECK(has(error, "uninitialised: reads shared memory that no thread of this block has written yet"));
  }
  for (int again = 0; again < 2; ++again) {
    launch(read_what_was_never_written, 1, 64, 64 * sizeof(float), nullptr, x.data());
    CHECK(cudaGetLastError() == cudaSuccess);
    const std::vector<float> values = x.values();
    CHECK(values[0] == 2);
    for (std::size_t i = 1; i < 64; ++i) CHECK(std::isnan(values[i]));
  }
}
