#include "datasets/splits.h"

#include <algorithm>
#include <numeric>

#include "engine/error.h"
#include "engine/file.h"
#include "engine/json.h"
#include "engine/random.h"

namespace triptych {
namespace {

constexpr std::uint64_t split_stream = 0x5B11;  // streams of the seed that nothing else draws from
constexpr std::uint64_t hold_out_stream = 0x401D;

std::vector<Index> random_order(Index identities, std::uint64_t seed, std::uint64_t number) {
  std::vector<Index> order(static_cast<std::size_t>(identities));
  std::iota(order.begin(), order.end(), Index(0));
  Random random = Random(seed, split_stream).split(number);
  random.shuffle(std::span(order));
  return order;
}

// The first `count` of an order in one list, the others in the other, both ascending.
Split cut(const std::vector<Index>& order, std::size_t count) {
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(count);
  Split split{{order.begin(), middle}, {middle, order.end()}};
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.test.begin(), split.test.end());
  return split;
}

std::vector<Index> read_permutation(const nlohmann::json& list, const std::string& where, Index identities) {
  require(list.is_array(), "{} is not a list of person numbers", where);
  require(static_cast<Index>(list.size()) == identities,
          "{} has {} person numbers, but the data set has {} people; the file belongs to another data set",
          where, list.size(), identities);
  std::vector<Index> order;
  std::vector<bool> seen(static_cast<std::size_t>(identities));
  for (const nlohmann::json& entry : list) {
    require(entry.is_number_integer(), "{}: {} is not a person number", where, shown_json(entry));
    const Index number = json_whole(entry, where);
    require(number >= 1 && number <= identities, "{}: person {} is not in 1..{}", where, number, identities);
    require(!seen[static_cast<std::size_t>(number - 1)], "{}: person {} stands there twice", where, number);
    seen[static_cast<std::size_t>(number - 1)] = true;
    order.push_back(number - 1);
  }
  return order;
}

}  // namespace

Split random_split(Index identities, std::uint64_t seed, std::uint64_t number) {
  require(identities >= 2, "a split needs 2 people at least, there are {}", identities);
  return cut(random_order(identities, seed, number), static_cast<std::size_t>(identities / 2));
}

std::vector<Split> read_splits(const std::filesystem::path& file, Index identities) {
  constexpr std::uintmax_t largest = std::uintmax_t(64) << 20;
  return parse_splits(read_file(file, largest), shown(file), identities);
}

std::vector<Split> parse_splits(const std::string& text, const std::string& origin, Index identities) {
  const nlohmann::json root = parse_json(text, origin);
  require(root.is_array() && !root.empty(), "{} is not a list of permutations of 1..{}, like [[2,1],[1,2]]",
          origin, identities);
  std::vector<Split> splits;
  for (const nlohmann::json& list : root) {
    const std::string where = fmt::format("{}, split {}", origin, splits.size() + 1);
    splits.push_back(
        cut(read_permutation(list, where, identities), static_cast<std::size_t>(identities / 2)));
  }
  return splits;
}

void write_splits(const std::filesystem::path& file, Index identities, std::uint64_t seed, int count) {
  nlohmann::json root = nlohmann::json::array();
  for (int k = 1; k <= count; ++k) {
    std::vector<Index> order = random_order(identities, seed, static_cast<std::uint64_t>(k));
    for (Index& identity : order) ++identity;
    root.push_back(order);
  }
  write_file(file, json_dump(root) + "\n");
}

Split fixed_split(const Dataset& dataset) {
  std::vector<bool> train(static_cast<std::size_t>(dataset.identities)), test(train);
  for (const Sample& s : dataset.samples)
    if (s.identity != distractor && s.part != Part::any)
      (s.part == Part::train ? train : test)[static_cast<std::size_t>(s.identity)] = true;
  Split split;
  for (Index identity = 0; identity < dataset.identities; ++identity) {
    const std::size_t p = static_cast<std::size_t>(identity);
    require(!(train[p] && test[p]),
            "person {} of {} is in bounding_box_train/ and in query/ or bounding_box_test/: nobody may be in "
            "both",
            dataset.identity_names[p], dataset.root);
    if (train[p]) split.train.push_back(identity);
    if (test[p]) split.test.push_back(identity);
  }
  return split;
}

Split hold_out(std::span<const Index> identities, Index count, std::uint64_t seed) {
  require(count >= 0 && count < static_cast<Index>(identities.size()),
          "cannot hold out {} of {} training people for validation", count, identities.size());
  std::vector<Index> order(identities.begin(), identities.end());
  Random(seed, hold_out_stream).shuffle(std::span(order));
  Split held = cut(order, static_cast<std::size_t>(count));
  std::swap(held.train, held.test);
  return held;
}

}  // namespace triptych
