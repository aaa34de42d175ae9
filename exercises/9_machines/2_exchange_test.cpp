#include <cmath>
#include <numeric>

#include "exercises/test.h"

namespace triptych {

// Numbers of very different sizes: another order, or double precision, shows in the last bits.
static std::vector<std::vector<float>> partials_of(std::size_t chunks, std::size_t elements) {
  std::vector<std::vector<float>> partials(chunks, std::vector<float>(elements));
  for (std::size_t c = 0; c < chunks; ++c)
    for (std::size_t e = 0; e < elements; ++e) {
      const auto k = static_cast<float>(c * elements + e);
      partials[c][e] = std::sin(3.7f * k) * std::exp2(std::fmod(5.3f * k, 11.0f));
    }
  return partials;
}

static std::vector<float> in_order(const std::vector<std::vector<float>>& partials) {
  std::vector<float> sum = partials[0];
  for (std::size_t c = 1; c < partials.size(); ++c)
    for (std::size_t e = 0; e < sum.size(); ++e) sum[e] = sum[e] + partials[c][e];
  return sum;
}

static std::vector<Index> evenly(Index chunks, Index ranks) {
  std::vector<Index> first;
  for (Index r = 0; r <= ranks; ++r) first.push_back(r * chunks / ranks);
  return first;
}

TEST_CASE("9.2 the sums are the same bits for any number of ranks") {
  for (const Index chunks : {1, 2, 7, 32})
    for (const Index elements : {1, 3, 40}) {
      const auto partials = partials_of(static_cast<std::size_t>(chunks), static_cast<std::size_t>(elements));
      const std::vector<float> expected = in_order(partials);
      for (const Index ranks : {1, 2, 3, 4, 50}) {
        CAPTURE(chunks);
        CAPTURE(elements);
        CAPTURE(ranks);
        const Exchanged found = add_up(partials, evenly(chunks, ranks));
        CHECK(found.sum == expected);
      }
    }
}

TEST_CASE("9.2 ranks that own several chunks, one and none") {
  const auto partials = partials_of(5, 8);
  const Exchanged found = add_up(partials, {0, 4, 4, 5});
  CHECK(found.sum == in_order(partials));
  // Shares of 2, 3 and 3 elements; rank 0 lacks 1 chunk, rank 1 all five, rank 2 four.
  CHECK(found.received == std::vector<Index>{2 * 1 + 6, 3 * 5 + 5, 3 * 4 + 5});
}

TEST_CASE("9.2 alone, nothing is received") {
  CHECK(add_up(partials_of(4, 6), {0, 4}).received == std::vector<Index>{0});
}

TEST_CASE("9.2 many ranks receive less each") {
  const auto received = [](Index ranks) {
    const Exchanged found = add_up(partials_of(32, 640), evenly(32, ranks));
    REQUIRE(found.received.size() == static_cast<std::size_t>(ranks));
    return found.received[0];
  };
  CHECK(received(2) == 320 * 16 + 320);
  CHECK(received(16) == 40 * 30 + 600);
}

}  // namespace triptych
