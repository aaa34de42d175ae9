#include "apps/bench/peak.h"

#include "apps/bench/stopwatch.h"

namespace triptych::bench {
namespace {

#if defined(__aarch64__)
#define KEEP_VECTORS(a, b) asm volatile("" : "+w"(a), "+w"(b))
#else
#define KEEP_VECTORS(a, b) asm volatile("" : "+x"(a), "+x"(b))
#endif

constexpr int chains = 12;        // independent sums: latency 4 x 2 units, and some to spare
constexpr int rounds = 20000000;  // some 50 milliseconds: what a core keeps up, not what it does in a burst

// acc = acc * a + b, which the compiler contracts to one instruction where the target has it.
template <class Vector>
inline __attribute__((always_inline)) float multiply_add_chains() {
  Vector acc[chains], a, b;
  for (std::size_t lane = 0; lane < sizeof(Vector) / sizeof(float); ++lane)
    a[lane] = 0.999f, b[lane] = 0.001f;
  for (Vector& chain : acc) chain = b;
  for (int round = 0; round < rounds; ++round) {
    KEEP_VECTORS(a, b);  // keeps the loop, without touching memory
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
#ifdef __x86_64__
__attribute__((target("avx2,fma"))) float avx2() {
  return multiply_add_chains<Float8>();
}
__attribute__((target("avx512f"))) float avx512() {
  return multiply_add_chains<Float16>();
}
#endif

template <float (*one_thread)()>
void on_threads(int threads) {
#pragma omp parallel num_threads(threads)
  {
    volatile float sink = one_thread();
    (void)sink;
  }
}

}  // namespace

MultiplyAdds fastest_multiply_adds() {
  constexpr double work = 2.0 * chains * rounds;  // a lane
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) return {on_threads<avx512>, 16 * work};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {on_threads<avx2>, 8 * work};
#endif
  return {on_threads<portable>, 4 * work};
}

void measure_peak(const Settings& settings) {
  const MultiplyAdds peak = fastest_multiply_adds();
  for (const int threads : {1, 2}) {
    const std::string name = "peak_fma_" + std::to_string(threads) + "t";
    if (!wanted(settings, name)) continue;
    print_speed(name, time_of([&] { peak.run(threads); }, threads, settings.seconds), peak.work * threads);
  }
}

}  // namespace triptych::bench
