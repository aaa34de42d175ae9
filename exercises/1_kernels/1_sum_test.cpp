#include <cmath>

#include "exercises/test.h"

namespace triptych {

static std::vector<float> harmonic(int n) {
  std::vector<float> x;
  for (int i = 1; i <= n; ++i) x.push_back(1.0f / static_cast<float>(i));
  return x;
}

TEST_CASE("1.1 any number of threads gives the same bits") {
  for (const int n : {1, 4095, 4096, 4097, 100003}) {
    const std::vector<float> x = harmonic(n);
    const float one = sum_with_threads(x, 1);
    for (const int threads : {2, 3, 7, 16}) {
      CAPTURE(n);
      CAPTURE(threads);
      CHECK(sum_with_threads(x, threads) == one);
    }
  }
}

TEST_CASE("1.1 every number counts, in a last chunk of any size") {
  CHECK(sum_with_threads(std::vector<float>{1, 2, 3}, 2) == 6);
  CHECK(sum_with_threads({}, 3) == 0);
  for (const std::size_t n : {4095, 4096, 4097, 8193}) {
    CAPTURE(n);
    CHECK(sum_with_threads(std::vector<float>(n, 1.0f), 2) == static_cast<float>(n));
  }
}

TEST_CASE("1.1 chunks of 4096, from left to right") {
  // 2^24 + 1 is 2^24 in float: within a chunk the ones behind the large number are lost, in a chunk of their
  // own they are counted.
  std::vector<float> x(2 * 4096, 1.0f);
  x[0] = 16777216.0f;
  CHECK(sum_with_threads(x, 1) == 16777216.0f + 4096.0f);
  // Chunks with the sums 2^24, 1 and 1: the two ones are lost one after the other.
  std::vector<float> chunks(2 * 4096 + 1, 0.0f);
  chunks[0] = 16777216.0f, chunks[4096] = chunks[8192] = 1;
  CHECK(sum_with_threads(chunks, 1) == 16777216.0f);
}

TEST_CASE("1.1 chunks are nearer to the truth than one long sum") {
  const std::vector<float> x = harmonic(10'000'000);
  double exact = 0;
  float plain = 0;
  for (const float v : x) exact += v, plain += v;
  const double error = std::abs(sum_with_threads(x, 2) - exact), plain_error = std::abs(plain - exact);
  CAPTURE(plain_error);
  CHECK(error < plain_error / 50);
}

}  // namespace triptych
