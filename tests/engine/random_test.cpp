#include "engine/random.h"

#include <cmath>
#include <numeric>
#include <set>

#include "tests/engine/helpers.h"

using namespace triptych;

TEST_CASE("words are those of Philox4x32-10, counter by counter") {
  // Known answers published with the generator (Random123, kat_vectors).
  CHECK(Philox::generate({0, 0, 0, 0}, 0) == Philox::Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(Philox::generate({~0u, ~0u, ~0u, ~0u}, ~std::uint64_t(0)) ==
        Philox::Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  Random random(0);
  CHECK(random.word() == 0x6627e8d5);
  CHECK(random.word() == 0xe169c58d);
  CHECK(random.word() == 0xbc57ac4c);
  CHECK(random.word() == 0x9b00dbd8);
  CHECK(random.word() == Philox::generate({1, 0, 0, 0}, 0)[0]);
  CHECK(random.position() == 5);
}

TEST_CASE("a generator resumes at any position") {
  Random whole(42, 7);
  for (int drawn = 0; drawn < 11; ++drawn) {
    Random resumed(whole.seed(), whole.stream(), whole.position());
    Random copy = whole;
    for (int i = 0; i < 9; ++i) CHECK(resumed.word() == copy.word());
    whole.word();
  }
  Random a(1), b(1);
  a.normal();
  CHECK(a.position() == 2);
  b.word(), b.word();
  CHECK(a.uniform() == b.uniform());
}

TEST_CASE("split generators are independent of each other and of how much was drawn") {
  Random parent(9);
  const std::uint32_t before = parent.split(3).word();
  parent.word();
  CHECK(parent.split(3).word() == before);
  std::set<std::uint64_t> streams;
  for (std::uint64_t key = 0; key < 1000; ++key) {
    streams.insert(parent.split(key).stream());
    streams.insert(parent.split(1).split(key).stream());
  }
  CHECK(streams.size() == 2000);
  // Neighbouring keys: the correlation of 4000 pairs stays within 4 standard deviations of 0.
  Random a = parent.split(10), b = parent.split(11);
  double correlation = 0;
  for (int i = 0; i < 4000; ++i) correlation += (a.uniform() - 0.5) * (b.uniform() - 0.5) * 12;
  CHECK(std::abs(correlation / 4000) < 4 / std::sqrt(4000.0));
}

TEST_CASE("distributions have their moments and their bounds") {
  Random random(5);
  constexpr int n = 20000;
  double sum = 0, squares = 0, low = 1, high = 0;
  for (int i = 0; i < n; ++i) {
    const double normal = random.normal(), uniform = random.uniform();
    sum += normal, squares += normal * normal;
    low = std::min(low, uniform), high = std::max(high, uniform);
  }
  CHECK(std::abs(sum / n) < 0.03);
  CHECK(std::abs(squares / n - 1) < 0.05);
  CHECK(low > 0);
  CHECK(high < 1);
  CHECK(low < 1e-3);
  CHECK(high > 1 - 1e-3);
  std::vector<int> counts(7);
  for (int i = 0; i < 7000; ++i) ++counts.at(static_cast<std::size_t>(random.integer(7)));
  for (const int count : counts) CHECK(std::abs(count - 1000) < 150);
  int heads = 0;
  for (int i = 0; i < n; ++i) heads += random.chance(0.25);
  CHECK(std::abs(heads / double(n) - 0.25) < 0.02);
}

TEST_CASE("a shuffle is a permutation, the same one for the same seed") {
  std::vector<int> a(50), b(50), identity(50);
  std::iota(identity.begin(), identity.end(), 0);
  a = b = identity;
  Random(6).shuffle(std::span<int>(a));
  Random(6).shuffle(std::span<int>(b));
  CHECK(a == b);
  CHECK(a != identity);
  CHECK(std::set<int>(a.begin(), a.end()).size() == 50);
  Random(7).shuffle(std::span<int>(b));
  CHECK(a != b);
}
