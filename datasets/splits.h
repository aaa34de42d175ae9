#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "datasets/dataset.h"

namespace triptych {

// Who is learnt from and who is tested on, as labels in ascending order. Nobody is in both.
struct Split {
  std::vector<Index> train, test;
};

// The first half (rounded down) of a random order of 0..identities-1 trains, the rest tests. Each number is
// another order.
Split random_split(Index identities, std::uint64_t seed, std::uint64_t number);

// The splits of a JSON file: a list of permutations of the 1-based person numbers 1..identities (their place
// in the sorted names), the first half of each trains. A file that is no such thing: Error that says where.
std::vector<Split> read_splits(const std::filesystem::path& file, Index identities);
// The same of a text; `origin` stands in the messages.
std::vector<Split> parse_splits(const std::string& text, const std::string& origin, Index identities);
// The same format, written: permutation k is the order of random_split(people, seed, k), k = 1..count.
void write_splits(const std::filesystem::path& file, Index identities, std::uint64_t seed, int count);

// The split that the data set itself fixes (Market-1501); both lists are empty where it fixes none.
Split fixed_split(const Dataset& dataset);

// Validation people, taken at random from training people: `test` holds `count` of them, `train` the others.
Split hold_out(std::span<const Index> identities, Index count, std::uint64_t seed);

}  // namespace triptych
