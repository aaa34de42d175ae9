#include "apps/bench/stopwatch.h"

// How many floating-point operations the processor can do at most: multiply-adds that wait for nothing but each other.
// The roof under which the GEMM's figures stand.
namespace triptych::bench {
namespace {

constexpr int chains = 12;      // independent sums: latency 4 x 2 units, and some to spare
constexpr int rounds = 500000;  // some milliseconds, against which starting threads is nothing

// acc = acc * a + b, which the compiler contracts to one instruction where the target has it.
template <class Vector>
inline __attribute__((always_inline)) float multiply_add_chains() {
  Vector acc[chains], a, b;
  for (std::size_t lane = 0; lane < sizeof(Vector) / sizeof(float); ++lane)
    a[lane] = 0.999f, b[lane] = 0.001f;
  for (Vector& chain : acc) chain = b;
  for (int round = 0; round < rounds; ++round) {
    asm volatile("" : "+x"(a), "+x"(b));  // keeps the loop, without touching memory
#pragma GCC unroll 12
    for (int i = 0; i < chains; ++i) acc[i] = acc[i] * a + b;
  }
  Vector sum = acc[0];
  for (int i = 1; i < chains; ++i) sum += acc[i];
  return sum[0];
}

typedef float Float4 __attribute__((vector_size(16)));
typedef float Float8 __attribute__((vector_size(32)));
typedef float Float16 __attribute__((vector_size(64)));

float portable() {
  return multiply_add_chains<Float4>();
}
__attribute__((target("avx2,fma"))) float avx2() {
  return multiply_add_chains<Float8>();
}
__attribute__((target("avx512f"))) float avx512() {
  return multiply_add_chains<Float16>();
}

}  // namespace

void measure_peak(const Settings& settings) {
  const bool wide = __builtin_cpu_supports("avx512f"),
             medium = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  float (*const run)() = wide ? avx512 : medium ? avx2 : portable;
  const double lanes = wide ? 16 : medium ? 8 : 4;
  for (const int threads : {1, 2}) {
    const std::string name = "peak_fma_" + std::to_string(threads) + "t";
    if (!wanted(settings, name)) continue;
    const double seconds = median_seconds(
        [run, threads] {
#pragma omp parallel num_threads(threads)
          {
            volatile float sink = run();
            (void)sink;
          }
        },
        settings.seconds);
    print_figure(name, 2.0 * lanes * chains * rounds * threads / seconds * 1e-9, "GFLOP/s");
  }
}

}  // namespace triptych::bench
