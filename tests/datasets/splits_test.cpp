#include "datasets/splits.h"

#include <algorithm>
#include <numeric>

#include "tests/datasets/helpers.h"

using namespace triptych;
using namespace triptych::testing;

namespace {

// Both halves together, sorted: 0..identities-1 when nobody is missing or in both.
std::vector<Index> everybody(const Split& split) {
  std::vector<Index> all = split.train;
  all.insert(all.end(), split.test.begin(), split.test.end());
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<Index> first_numbers(Index n) {
  std::vector<Index> numbers(static_cast<std::size_t>(n));
  std::iota(numbers.begin(), numbers.end(), Index(0));
  return numbers;
}

std::string reading(const TemporaryFolder& folder, const std::string& text, Index identities) {
  write_text(folder / "splits.json", text);
  return complaint([&] { read_splits(folder / "splits.json", identities); });
}

}  // namespace

TEST_CASE("random splits: halves, disjoint, everybody, reproducible, different by seed and number") {
  for (const Index identities : {2, 7, 450}) {
    const Split split = random_split(identities, 1, 1);
    CHECK(static_cast<Index>(split.train.size()) == identities / 2);
    CHECK(everybody(split) == first_numbers(identities));
    CHECK(std::is_sorted(split.train.begin(), split.train.end()));
  }
  CHECK(random_split(450, 1, 1).train == random_split(450, 1, 1).train);
  CHECK(random_split(450, 1, 1).train != random_split(450, 1, 2).train);
  CHECK(random_split(450, 1, 1).train != random_split(450, 2, 1).train);
  CHECK(contains(complaint([] { random_split(1, 1, 1); }), "2 people"));
}

TEST_CASE("over many splits everybody trains about half the time") {
  constexpr int splits = 400;
  std::vector<int> trained(10);
  for (int k = 0; k < splits; ++k)
    for (const Index identity : random_split(10, 3, static_cast<std::uint64_t>(k)).train)
      ++trained[static_cast<std::size_t>(identity)];
  for (const int count : trained) CHECK(std::abs(count - splits / 2) < 50);  // five standard deviations of 10
}

TEST_CASE("splits from a file: 1-based permutations, the first half trains") {
  TemporaryFolder folder;
  write_text(folder / "splits.json", "[[3,1,2,4,5],[5,4,3,2,1]]");
  const std::vector<Split> splits = read_splits(folder / "splits.json", 5);
  REQUIRE(splits.size() == 2);
  CHECK(splits[0].train == std::vector<Index>{0, 2});
  CHECK(splits[0].test == std::vector<Index>{1, 3, 4});
  CHECK(splits[1].train == std::vector<Index>{3, 4});
}

TEST_CASE("splits written and read again are the random splits") {
  TemporaryFolder folder;
  write_splits(folder / "splits.json", 21, 9, 10);
  const std::vector<Split> splits = read_splits(folder / "splits.json", 21);
  REQUIRE(splits.size() == 10);
  for (std::size_t k = 0; k < 10; ++k) {
    CHECK(splits[k].train == random_split(21, 9, k + 1).train);
    CHECK(splits[k].test == random_split(21, 9, k + 1).test);
  }
  const auto beyond_a_file = folder / "splits.json/s.json";
  CHECK(contains(complaint([&] { write_splits(beyond_a_file, 4, 1, 1); }), "splits.json/s.json"));
}

TEST_CASE("bad split files say what is wrong and where") {
  TemporaryFolder folder;
  CHECK(contains(complaint([&] { read_splits(folder / "absent.json", 3); }), "absent.json"));
  CHECK(contains(reading(folder, "[[1,2,", 3), "is not JSON"));
  CHECK(contains(reading(folder, "{\"a\":1}", 3), "list of permutations of 1..3"));
  CHECK(contains(reading(folder, "[]", 3), "list of permutations of 1..3"));
  CHECK(contains(reading(folder, std::string(100000, '['), 3), "more than 64 deep"));
  CHECK(contains(reading(folder, "[[[[1]],2,3]]", 3), "a list of 1 is not a person number"));
  CHECK(contains(reading(folder, "[[1,2,3.0]]", 3), "3.0 is not a person number"));
  CHECK(contains(reading(folder, "[[1,2,18446744073709551615]]", 3), "is not a whole number"));
  CHECK(contains(reading(folder, "[[1,2,3],7]", 3), "split 2 is not a list"));
  CHECK(contains(reading(folder, "[[1,2,3]]", 4), "has 3 person numbers, but the data set has 4 people"));
  CHECK(contains(reading(folder, "[[1,2,3],[1,2,2]]", 3), "split 2: person 2 stands there twice"));
  CHECK(contains(reading(folder, "[[0,1,2]]", 3), "person 0 is not in 1..3"));
  CHECK(contains(reading(folder, "[[1,2,4]]", 3), "person 4 is not in 1..3"));
  CHECK(contains(reading(folder, "[[1,2.5,3]]", 3), "2.5 is not a person number"));
}

TEST_CASE("held-out people come from the training people") {
  const std::vector<Index> identities = {3, 5, 8, 13, 21, 34};
  const Split held = hold_out(identities, 2, 7);
  CHECK(held.test.size() == 2);
  CHECK(held.train.size() == 4);
  CHECK(everybody(held) == identities);
  CHECK(hold_out(identities, 0, 7).train == identities);
  CHECK(contains(complaint([&] { hold_out(identities, 6, 7); }), "6 of 6"));
}

TEST_CASE("a split that the data set fixes") {
  Dataset dataset = made_up_dataset(3);
  CHECK(fixed_split(dataset).train.empty());
  for (Sample& s : dataset.samples)
    s.part = s.identity == 1 ? Part::train : s.camera == 0 ? Part::query : Part::gallery;
  CHECK(fixed_split(dataset).train == std::vector<Index>{1});
  CHECK(fixed_split(dataset).test == std::vector<Index>{0, 2});
  dataset.samples[0].part = Part::train;
  CHECK(contains(complaint([&] { fixed_split(dataset); }), "nobody may be in both"));
}
