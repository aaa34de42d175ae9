// Mistakes that a GPU would not report, planted one by one: which tool catches which. The table of
// kernels/ptx/README.md is what this test prints:
//
//   build/tests/kernels --test-case='planted*' --success
#include <cuda_runtime.h>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "kernels/emulator/executor.h"
#include "kernels/emulator/options.h"
#include "kernels/emulator/sanitizer.h"
#include "kernels/ptx/device.h"
#include "kernels/ptx/parser.h"
#include "tests/kernels/emulator/device_array.h"
#include "tests/kernels/planted/kernels.h"

// A sanitizer ends the program with a report of its own.
#ifndef TRIPTYCH_ONE_BLOCK_AT_A_TIME

using namespace triptych;
using namespace triptych::cuda::mistakes;
using cuda::launch;
using test::DeviceArray;
using test::error_of;

namespace {

// Device memory of any type, filled with one value.
template <class T>
class Words {
 public:
  Words(std::size_t size, T value) : Words(std::vector<T>(size, value)) {}
  explicit Words(const std::vector<T>& values) {
    cudaMalloc(&data_, values.size() * sizeof(T));
    cudaMemcpy(data_, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice);
  }
  ~Words() { cudaFree(data_); }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;
  T* data() const { return data_; }

 private:
  T* data_ = nullptr;
};
using Floats = Words<float>;

// What a tool says about a piece of host code; empty when it has nothing to say.
using Case = std::function<std::string()>;
std::string last_error() {
  return error_of(cudaGetLastError());
}

struct Mistake {
  const char* name;
  Case wrong;
  const char* said[2];  // by the emulator and by ptx; null: not caught
  Case right;           // the same without the mistake, where there is such a thing
};

// ---- kernels ----------------------------------------------------------------------------------------------

Case with_floats(std::size_t size, float value, const std::function<void(float*)>& run) {
  return [=] {
    const Floats y(size, value);
    run(y.data());
    return last_error();
  };
}

Case counting(void (*kernel)(int*, const int*, int)) {
  return [=] {
    const Words<int> bins(4, 0), x(256, 3);
    launch(kernel, 4, 64, 0, nullptr, bins.data(), x.data(), 256);
    return last_error();
  };
}

template <int fence>
std::string sum_blocks() {
  const Floats x(64, 1), partial(64, 0), y(1, 0);
  const Words<unsigned> ticket(1, 0);
  launch(sum_of_blocks<fence>, 64, 32, 0, nullptr, x.data(), partial.data(), ticket.data(), y.data());
  return last_error();
}

template <int mode>
std::string pass() {
  const Floats data(64, 0), y(64, 0);
  const Words<unsigned> flag(1, 0);
  launch(pass_on<mode>, 2, 64, 0, nullptr, data.data(), flag.data(), y.data());
  return last_error();
}

template <bool fence>
std::string lock_and_add() {
  const Floats y(1, 0);
  const Words<unsigned> lock(1, 0);
  launch(locked_sum<fence>, 64, 32, 0, nullptr, lock.data(), y.data());
  return last_error();
}

// One block of 64 threads on 64 floats.
Case one_block(void (*kernel)(float*), float value = 1) {
  return with_floats(64, value, [=](float* y) { launch(kernel, 1, 64, 0, nullptr, y); });
}
Case one_block(void (*kernel)(float*, int), int n) {
  return with_floats(64, 1, [=](float* y) { launch(kernel, 1, 64, 0, nullptr, y, n); });
}

Case warp_sum(void (*kernel)(float*, const float*)) {
  return [=] {
    const Floats x(32, 1), y(1, 0);
    launch(kernel, 1, 32, 0, nullptr, y.data(), x.data());
    return last_error();
  };
}

Case pool(int n) {
  return [=] {
    const Floats x(static_cast<std::size_t>(n), 1), y(64, 0);
    launch(pooled, 1, 64, 0, nullptr, y.data(), x.data(), n);
    return last_error();
  };
}

std::string use_after_free() {
  const Floats y(64, 0);
  float* x = nullptr;
  cudaMalloc(&x, 256);
  cudaFree(x);
  launch(copy, 1, 64, 0, nullptr, y.data(), x, 64);
  return last_error();
}

std::string host_pointer() {
  const Floats y(64, 0);
  const std::vector<float> x(64, 1.0f);
  launch(copy, 1, 64, 0, nullptr, y.data(), x.data(), 64);
  return last_error();
}

// ---- asynchronous copies and tensor cores -----------------------------------------------------------------

constexpr const char* still_copied = "into which cp.async is copying";

template <CopyMistake mistake>
Case copied() {
  return []() -> std::string {
    constexpr int rounds = 5, tile = 256;
    std::vector<float> x(rounds * tile), y(64), expected(64);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 37);
    for (std::size_t i = 0; i < y.size(); ++i)
      for (std::size_t round = 0; round < rounds; ++round)
        expected[i] += x[tile * round + (4 * i + 7) % tile];
    const Floats on_card(x), sums(y);
    launch(copied_tiles<mistake>, 1, 64, 0, nullptr, sums.data(), on_card.data(), rounds);
    if (const std::string said = last_error(); !said.empty()) return said;
    cudaMemcpy(y.data(), sums.data(), y.size() * sizeof(float), cudaMemcpyDeviceToHost);
    return y == expected ? "" : "wrong result";
  };
}

// Whole numbers that BF16 has: the product is exact.
template <MatrixMistake mistake>
Case multiplied() {
  return []() -> std::string {
    constexpr std::size_t m = 16, n = 8, k = 16;
    std::vector<float> a(m * k), b(k * n), c(m * n), expected(m * n);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(i * 7 % 61) - 30;
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(i * 5 % 43) - 21;
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < n; ++j)
        for (std::size_t p = 0; p < k; ++p) expected[i * n + j] += a[i * k + p] * b[p * n + j];
    const Floats left(a), right(b), product(c);
    launch(multiply_matrices_bf16<mistake>, 1, 32, 0, nullptr, product.data(), left.data(), right.data());
    if (const std::string said = last_error(); !said.empty()) return said;
    cudaMemcpy(c.data(), product.data(), c.size() * sizeof(float), cudaMemcpyDeviceToHost);
    return c == expected ? "" : "wrong result";
  };
}

// ---- streams: what happens when the host does not wait ----------------------------------------------------

// Streams that run their commands late and in a random order; a mistake is caught if one of the orders shows
// it.
class LateStreams {
 public:
  explicit LateStreams(std::uint64_t seed) { emulator::options().stream_seed = seed; }
  ~LateStreams() {
    cudaDeviceSynchronize();
    emulator::options().stream_seed = 0;
  }
  LateStreams(const LateStreams&) = delete;
  LateStreams& operator=(const LateStreams&) = delete;
};

// A context as host code has it: a stream of its own, pinned memory, an event.
struct Host {
  static constexpr int n = 64;
  cudaStream_t stream = nullptr, other = nullptr;
  cudaEvent_t event = nullptr;
  float *pinned = nullptr, *x = nullptr, *y = nullptr;
  Host() {
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking);
    cudaEventCreate(&event);
    cudaMallocHost(&pinned, bytes());
    cudaMalloc(&x, bytes());
    cudaMalloc(&y, bytes());
  }
  ~Host() {
    cudaDeviceSynchronize();
    cudaStreamDestroy(stream);
    cudaStreamDestroy(other);
    cudaEventDestroy(event);
    cudaFreeHost(pinned);
    cudaFree(x);
    cudaFree(y);
    cudaGetLastError();
  }
  static std::size_t bytes() { return n * sizeof(float); }
  void put(float value) const {
    for (int i = 0; i < n; ++i) pinned[i] = value;
  }
  void copy_in(cudaStream_t on) const { cudaMemcpyAsync(x, pinned, bytes(), cudaMemcpyHostToDevice, on); }
  void multiply(cudaStream_t on) const { launch(copy, 1, n, 0, on, y, x, int{n}); }
  void copy_out(cudaStream_t on) const { cudaMemcpyAsync(pinned, y, bytes(), cudaMemcpyDeviceToHost, on); }
};

// The complaint, or "wrong result" if y is not `expected`, in the first of some orders that has one.
Case in_late_streams(float expected, const std::function<void(const Host&)>& run) {
  return [=] {
    for (std::uint64_t seed = 1; seed <= 16; ++seed) {
      const LateStreams late(seed);
      const Host host;
      run(host);
      const float got = host.pinned[Host::n - 1];
      std::string said = last_error();
      if (said.empty()) said = error_of(cudaDeviceSynchronize());
      if (!said.empty()) return said;
      if (!(got == expected)) return std::string("wrong result");
    }
    return std::string();
  };
}

const Case right_streams = in_late_streams(2, [](const Host& h) {
  h.put(1);
  h.copy_in(h.stream);
  cudaEventRecord(h.event, h.stream);
  cudaEventSynchronize(h.event);
  h.put(2);
  h.copy_in(h.other);
  cudaEventRecord(h.event, h.other);
  cudaStreamWaitEvent(h.stream, h.event);
  h.multiply(h.stream);
  cudaStreamSynchronize(h.other);
  h.copy_out(h.stream);
  cudaStreamSynchronize(h.stream);
});

// ---- the list ---------------------------------------------------------------------------------------------

std::vector<Mistake> mistakes() {
  const int far = 1 << 16;  // far * far wraps around to 0
  std::vector<Mistake> list = {
      {"bins[x] += 1 from many threads", counting(count), {"race: ", "race: "}, counting(count_atomically)},
      {"x[i] = x[i + 1] in place, over blocks",
       with_floats(256, 1, [](float* x) { launch(shift_in_place, 4, 64, 0, nullptr, x, 256); }),
       {"race: ", "race: "},
       {}},
      {"x[i] = x[i + 1] in place, in one block",
       with_floats(65, 1, [](float* x) { launch(shift_in_block, 1, 64, 0, nullptr, x, false); }),
       {"race: ", "race: "},
       with_floats(65, 1, [](float* x) { launch(shift_in_block, 1, 64, 0, nullptr, x, true); })},
      {"blocks whose tiles overlap by one element",
       with_floats(400, 1, [](float* y) { launch(overlapping_tiles, 3, 64, 0, nullptr, y, 100); }),
       {"race: writes", "race: writes"},
       with_floats(64, 0, [](float* y) { launch(everyone_writes, 4, 64, 0, nullptr, y, 3.0f); })},
      {"*y += x[i] from many threads",
       with_floats(257, 1, [](float* y) { launch(sum_into, 4, 64, 0, nullptr, y, y + 1, 256); }),
       {"race: ", "race: "},
       {}},
      {"__ldg of what the kernel writes",
       with_floats(128, 1, [](float* x) { launch(read_cached, 1, 64, 0, nullptr, x, x + 64); }),
       {"read-only cache", "read-only cache"},
       with_floats(128, 1, [](float* x) { launch(read_cached_right, 1, 64, 0, nullptr, x, x + 64); })},
      {"no __threadfence before the ticket",
       sum_blocks<0>,
       {"__threadfence", "__threadfence"},
       sum_blocks<2>},
      {"__threadfence_block before the ticket", sum_blocks<1>, {"__threadfence", "__threadfence"}, {}},
      {"no __threadfence before a flag", pass<0>, {"__threadfence", "__threadfence"}, pass<1>},
      {"a flag that is neither atomic nor volatile", pass<2>, {"race: ", "race: "}, {}},
      {"a lock without fences", lock_and_add<false>, {"race: ", "race: "}, lock_and_add<true>},
      {"a counter that is atomic here and plain there",
       [] {
         const Words<unsigned> counter(1, 0);
         const Floats y(64, 0);
         launch(read_the_counter, 1, 64, 0, nullptr, counter.data(), y.data());
         return last_error();
       },
       {"race: ", "race: "},
       {}},
      {"no barrier between shared write and read",
       one_block(reverse<false>),
       {"reads shared memory that", "reads shared memory that"},
       one_block(reverse<true>)},
      {"no second barrier in a loop",
       one_block(rounds<false>, 4),
       {"race: ", "race: "},
       one_block(rounds<true>, 4)},
      {"a warp's sum without __syncwarp",
       warp_sum(sum_of_warp<false>),
       {"reads shared memory that", "race: "},
       warp_sum(sum_of_warp<true>)},
      {"shared memory never written", one_block(half_filled), {"uninitialised", "uninitialised"}, {}},
      {"an element past a shared array", one_block(beyond_tile), {nullptr, "out of range"}, {}},
      {"if (i < 40) __syncthreads()",
       one_block(around_barrier),
       {"divergent barrier", nullptr},  // README.md: nvcc makes the same of what is right
       one_block(return_early, 40)},
      {"a barrier in each branch",
       one_block(two_barriers),
       {"divergent barrier", "divergent barrier"},
       one_block(store_and_return, 40)},
      {"a loop with a barrier, of uneven length",
       one_block(uneven_loop),
       {nullptr, nullptr},
       one_block(return_in_loop)},
      {"a shuffle under if, with a full mask",
       one_block(half_shuffle),
       {"missing lanes", "missing lanes"},
       {}},
      {"a mask that does not name the caller", one_block(wrong_mask), {"mask", "mask"}, {}},
      {"row * distance in int",
       with_floats(64, 1, [=](float* y) { launch(row_times_distance, 1, 64, 0, nullptr, y, far, far); }),
       {"integer overflow", "integer overflow"},
       with_floats(64, 1, [](float* y) { launch(row_times_distance_wide, 1, 64, 0, nullptr, y, 1, 1); })},
      {"a row beyond the array",
       with_floats(64, 1, [](float* y) { launch(row_times_distance, 1, 64, 0, nullptr, y, 1, 2); }),
       {"out of bounds", "out of range"},
       {}},
      {"the element before the array", one_block(before_the_start), {"out of bounds", "out of range"}, {}},
      {"one element past an odd array", pool(31), {"out of bounds", "out of range"}, pool(32)},
      {"a float4 at an odd float", one_block(misaligned), {nullptr, "misaligned"}, {}},
      {"a null pointer",
       [] {
         launch(fill, 1, 64, 0, nullptr, static_cast<float*>(nullptr), 64);
         return last_error();
       },
       {"null", "null"},
       {}},
      {"freed memory", use_after_free, {"has been freed", "has been freed"}, {}},
      {"a pointer of the host", host_pointer, {"memory of the host", "memory of the host"}, {}},
      {"a grid of 65,536 rows",
       with_floats(64, 1, [](float* y) { launch(fill, dim3(1, 65536), 64, 0, nullptr, y, 64); }),
       {"bad launch", "bad launch"},
       {}},
      {"a block larger than __launch_bounds__",
       with_floats(128, 1, [](float* y) { launch(bounded, 1, 128, 0, nullptr, y); }),
       {"__launch_bounds__", "__launch_bounds__"},
       one_block(bounded)},
      {"too much dynamic shared memory",
       with_floats(64, 1, [](float* y) { launch(fill, 1, 64, 50000, nullptr, y, 64); }),
       {"bad launch", "bad launch"},
       {}},
      {"no wait before the host reads",
       in_late_streams(1,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.stream);
                         h.multiply(h.stream);
                         cudaStreamSynchronize(h.stream);
                         h.copy_out(h.stream);
                       }),
       {"wrong result", "wrong result"},
       right_streams},
      {"pinned staging reused early",
       in_late_streams(2,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.stream);
                         h.put(2);
                         h.copy_in(h.stream);
                         h.multiply(h.stream);
                         cudaStreamSynchronize(h.stream);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.stream);
                       }),
       {"wrote to 256 bytes of pinned memory", "wrote to 256 bytes of pinned memory"},
       {}},
      {"an event recorded before the copy it stands for",
       in_late_streams(2,
                       [](const Host& h) {
                         h.put(1);
                         cudaEventRecord(h.event, h.stream);
                         h.copy_in(h.stream);
                         cudaEventSynchronize(h.event);
                         h.put(2);
                         cudaStreamSynchronize(h.stream);
                         h.copy_in(h.stream);
                         h.multiply(h.stream);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.stream);
                       }),
       {"wrote to 256 bytes of pinned memory", "wrote to 256 bytes of pinned memory"},
       {}},
      {"a copy on the wrong stream",
       in_late_streams(1,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.other);
                         h.multiply(h.stream);
                         cudaStreamSynchronize(h.other);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.stream);
                       }),
       {"wrong result", "wrong result"},
       {}},
      {"the wrong stream is waited for",
       in_late_streams(1,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.stream);
                         h.multiply(h.stream);
                         cudaStreamSynchronize(h.stream);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.other);
                       }),
       {"wrong result", "wrong result"},
       {}},
      {"a fill on another stream",
       in_late_streams(1,
                       [](const Host& h) {
                         h.put(1);
                         h.copy_in(h.stream);
                         cudaStreamSynchronize(h.stream);
                         h.multiply(h.stream);
                         cudaMemsetAsync(h.x, 0, Host::bytes(), h.other);
                         cudaStreamSynchronize(h.other);
                         h.copy_out(h.stream);
                         cudaStreamSynchronize(h.stream);
                       }),
       {"wrong result", "wrong result"},
       {}},
      {"cp.async without a wait",
       copied<CopyMistake::no_wait>(),
       {still_copied, still_copied},
       copied<CopyMistake::none>()},
      {"cp.async, and no commit_group before the wait",
       copied<CopyMistake::no_commit>(),
       {still_copied, still_copied},
       {}},
      {"wait_group 2 where the last group but one is read",
       copied<CopyMistake::one_group_early>(),
       {still_copied, still_copied},
       {}},
      {"no barrier between the wait and the others' numbers",
       copied<CopyMistake::no_barrier>(),
       {"reads shared memory", "race: reads"},
       {}},
      {"cp.async into a tile that others still read",
       copied<CopyMistake::overwritten_early>(),
       {"race: writes", "race: writes"},
       {}},
      {"cp.async to an odd float", copied<CopyMistake::misaligned>(), {"misaligned", "misaligned"}, {}},
      {"mma.sync of half a warp",
       multiplied<MatrixMistake::some_lanes>(),
       {"missing lanes", "missing lanes"},
       multiplied<MatrixMistake::none>()},
      {"ldmatrix from a row that is not at 16 bytes",
       multiplied<MatrixMistake::misaligned>(),
       {"misaligned", "misaligned"},
       {}},
      {"ldmatrix without .trans",
       multiplied<MatrixMistake::not_transposed>(),
       {"wrong result", "wrong result"},
       {}},
      {"the halves of a fragment exchanged",
       multiplied<MatrixMistake::halves_exchanged>(),
       {"wrong result", "wrong result"},
       {}},
      {"a copy in the wrong direction",
       [] {
         const Floats y(64, 1);
         std::vector<float> host(64);
         return error_of(cudaMemcpy(y.data(), host.data(), 256, cudaMemcpyDeviceToHost));
       },
       {"direction", "direction"},
       {}},
      {"a copy that is too long",
       [] {
         const Floats y(64, 1);
         std::vector<float> host(128);
         return error_of(cudaMemcpy(host.data(), y.data(), 512, cudaMemcpyDeviceToHost));
       },
       {"go beyond", "go beyond"},
       {}},
  };
  return list;
}

constexpr const char* tools[] = {"emulator", "ptx"};

// The PTX of kernels.cu beside that of kernels/cuda; false when the program was built without nvcc.
bool open_ptx() {
  static const bool there = [] {
    const std::string folder = ptx::find_folder();
    if (folder.empty()) return false;
    const std::string file = folder + "/../tests/planted.ptx";
    if (!std::filesystem::exists(file)) return false;
    ptx::device_interpreter().add(ptx::parse_file(file));
    return true;
  }();
  return there;
}

}  // namespace

TEST_CASE("planted mistakes: each is caught by the tools that say so, and what is right is not accused") {
  const test::Watching watching;
  const bool with_ptx = open_ptx();
  if (!with_ptx) MESSAGE("SKIPPED: ptx, since the program was built without nvcc");
  std::string table = "| mistake | emulator | ptx |\n| --- | --- | --- |\n";
  for (const Mistake& mistake : mistakes()) {
    table += fmt::format("| {} |", mistake.name);
    for (int tool = 0; tool < 2; ++tool) {
      if (tool == 1 && !with_ptx) continue;
      const emulator::EngineScope scope(tool ? emulator::Engine::ptx : emulator::Engine::fibers);
      CAPTURE(mistake.name);
      CAPTURE(tools[tool]);
      const std::string said = mistake.wrong();
      CAPTURE(said);
      if (const char* wanted = mistake.said[tool]) CHECK(said.find(wanted) != std::string::npos);
      table += said.empty() ? " - |" : " caught |";
      if (mistake.right) CHECK(mistake.right() == "");
    }
    table += "\n";
  }
  MESSAGE("\n", table);
}
#endif
