// Mistakes of kernels: accesses that nothing orders, barriers, lanes, addresses, sizes.
#include "tests/kernels/planted/mistakes.h"

// A sanitizer ends the program with a report of its own.
#ifndef TRIPTYCH_ONE_BLOCK_AT_A_TIME

namespace triptych::test {
namespace {

using namespace cuda::mistakes;

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

}  // namespace

std::vector<Mistake> kernel_mistakes() {
  const int far = 1 << 16;  // far * far wraps around to 0
  return {
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
  };
}

}  // namespace triptych::test
#endif
