#include "reid/experiment/again.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "engine/error.h"
#include "reid/experiment/table_run.h"
#include "reid/table/description.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;

// A folder that is gone when it is no longer needed: features are computed, not read from an earlier cache.
struct TemporaryFolder {
  fs::path path = fs::temp_directory_path() / fmt::format("triptych-again-{}", ::getpid());
  ~TemporaryFolder() {
    std::error_code code;
    fs::remove_all(path, code);
  }
};

struct Chosen {
  const TableLine* line;
  const Outcome* outcome;
};

bool reads_networks(const Method& method) {
  return method.needs_network() || std::ranges::any_of(method.fused, [](const std::string& member) {
           return reads_networks(find_method(member));
         });
}

std::vector<Chosen> choose(const ResultTable& table, int count) {
  std::vector<Chosen> all, chosen;
  for (const auto& [title, lines] : table.groups)
    for (const TableLine& line : lines)
      for (const Outcome& outcome : line.splits)
        if (!reads_networks(line.method)) all.push_back({&line, &outcome});
  require(count <= static_cast<int>(all.size()),
          "--again {}: the table has {} rows on single splits for which no network is trained", count,
          all.size());
  for (int i = 0; i < count; ++i)
    chosen.push_back(all[static_cast<std::size_t>(i) * all.size() / static_cast<std::size_t>(count)]);
  return chosen;
}

void require_same_ranks(const Chosen& chosen, const std::vector<Evaluation>& draws) {
  std::size_t next = 0;
  for (const Evaluation& draw : draws)
    for (const std::vector<std::int32_t>& ranks : draw.result.right_ranks) {
      const QueryRanks& stored = chosen.outcome->ranked.queries.at(next++);
      require(stored.ranks == ranks,
              "{} ({}), split {}: {} has rank {} in the table, but {} when it is computed again",
              chosen.line->method.name, chosen.outcome->slug, chosen.outcome->split, stored.image,
              stored.ranks.empty() ? 0 : stored.ranks.front(), ranks.empty() ? 0 : ranks.front());
    }
}

}  // namespace

void compute_again(const ResultTable& table, const std::string& where, int count, const Device& device,
                   const Watcher& watcher) {
  DataChoice choice;
  choice.data = where;
  const ExperimentData data =
      open_data(choice, feature_height, feature_width, device.context().threads, watcher);
  const std::string difference =
      first_difference(table.inputs, shared_inputs(data.digests, machine_of(device)));
  require(
      difference.empty(),
      "no row can be computed again: another {}; --data names the folder of the images, and TRIPTYCH_ISA the "
      "instruction set",
      difference);
  const TemporaryFolder cache;
  FeatureStore features(data.images, cache.path, device.context().threads,
                        [&](const std::string& line) { watcher.say(line); });
  for (const Chosen& chosen : choose(table, count)) {
    for (const ResultTable::Test& test : table.tests) {
      if (test.split != chosen.outcome->split) continue;
      const SplitView view{device,
                           data.dataset,
                           test.split,
                           test.train,
                           [&](const Method& of) { return features.describe(of.features, of.chi2); },
                           [](const Method&) { return std::vector<Index>(); }};
      const Outcome outcome =
          measure(find_method(chosen.outcome->slug), view, test.draws, test.both_directions);
      require_same_ranks(chosen, outcome.draws);
      watcher.say(fmt::format("split {:>2}  {:<22} {:<28} computed again: the same ranks", test.split,
                              chosen.line->method.name, chosen.line->method.what));
    }
  }
}

}  // namespace triptych
