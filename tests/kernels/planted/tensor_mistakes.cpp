// Mistakes with asynchronous copies and with the fragments of tensor cores.
#include "tests/kernels/planted/mistakes.h"

// A sanitizer ends the program with a report of its own.
#ifndef TRIPTYCH_ONE_BLOCK_AT_A_TIME

namespace triptych::test {
namespace {

using namespace cuda::mistakes;

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

}  // namespace

std::vector<Mistake> tensor_mistakes() {
  return {
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
  };
}

}  // namespace triptych::test
#endif
