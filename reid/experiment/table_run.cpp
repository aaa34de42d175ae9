#include "reid/experiment/table_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "engine/ranks.h"
#include "reid/table/definition.h"
#include "reid/table/description.h"

namespace triptych {
namespace {

constexpr std::uint64_t occluder_seed = 1;  // of the rows with occluded queries, whatever the data seed is

class TableRun {
 public:
  TableRun(const TableJob& job, const Watcher& watcher)
      : job_(job),
        watcher_(watcher),
        features_(job.data.images, job.folder / "features", job.device.context().threads,
                  [&watcher](const std::string& line) { watcher.say(line); }),
        networks_({job.choice, job.folder / "networks", job.recipe, job.viper, job.program}, job.device,
                  job.data, watcher),
        rows_(job.folder / "rows") {}

  ResultTable run() {
    if (const std::shared_ptr<Communicator> ranks = ranks_of(job_.device)) {
      share_rows(*ranks);
      if (!leads(job_.device)) return {};
      join(job_.device, nullptr);  // what is left is the first rank's own work
    }
    for (const NumberedSplit& split : chosen_splits(job_.choice, job_.data.dataset)) {
      const TestPlan test = test_plan(job_.choice, job_.data.dataset, split.identities.test);
      for (const std::string& slug : job_.slugs)
        if (const Method& method = find_method(slug); wanted(method, split)) add_row(method, split, test);
      for (const MethodGroup& group : method_groups())
        for (const Method& method : group.methods)
          if (std::ranges::find(job_.slugs, method.slug) == job_.slugs.end()) add_stored(method, split, test);
      record(split, test);
    }
    collect();
    return std::move(result_);
  }

 private:
  bool available(const Method& method) const {
    return !method.needs_viper || !job_.viper.empty() || !job_.skip_without_viper;
  }
  bool wanted(const Method& method, const NumberedSplit& split) const {
    return available(method) && (method.most_splits == 0 || split.number <= method.most_splits);
  }

  // The keys of the networks that a row reads and what they were computed from.
  std::map<std::string, Inputs> networks_of(const Method& method, const NumberedSplit& split,
                                            std::vector<std::string>& keys) {
    std::map<std::string, Inputs> networks;
    for (const std::string& recipe : recipes_of(method)) {
      const Inputs inputs = inputs_of(networks_.inputs(recipe, split));
      keys.push_back(key_of(inputs));
      networks[keys.back()] = inputs;
    }
    return networks;
  }

  void add(Row row, const Method& method, const NumberedSplit& split, const TestPlan& test, bool reused,
           std::vector<std::string> keys) {
    Outcome& outcome = row.outcome;
    // Two numbers may stand for the same people: the key knows people, the table numbers.
    outcome.split = split.number;
    outcome.key = row.key, outcome.reused = reused, outcome.networks = std::move(keys);
    outcome.ranked = ranked_split(split.number, static_cast<Index>(split.identities.train.size()),
                                  job_.data.dataset, test.draws, outcome.draws);
    say(method, outcome);
    lines_[method.slug].push_back(std::move(outcome));
  }

  void add_row(const Method& method, const NumberedSplit& split, const TestPlan& test) {
    std::vector<std::string> keys;
    result_.networks.merge(networks_of(method, split, keys));
    const Inputs inputs =
        inputs_of(row_inputs(method, split, test, job_.data.digests, machine_of(job_.device), keys));
    std::optional<Row> row = rows_.find(method.slug, inputs);
    const bool reused = row.has_value() && !shared_.contains(row->key);
    if (!row) {
      row = Row{measure_row(method, split, test), key_of(inputs), inputs};
      rows_.keep(*row);
    }
    add(std::move(*row), method, split, test, reused, std::move(keys));
    if (watcher_.stopped())
      throw Interrupted(
          fmt::format("stopped in split {}; all rows that were ready are in {}. The same command "
                      "goes on",
                      split.number, job_.folder.string()));
  }

  // Several ranks share what they have in common, a network that others start from, and then each computes
  // rows of its own and stores them: all those of a split that need a network, since they read the same one,
  // and of the others each in turn. The first rank then finds them.
  void share_rows(Communicator& ranks) {
    for (const std::string& slug : job_.slugs)
      if (const Method& method = find_method(slug); available(method))
        for (const std::string& recipe : recipes_of(method)) networks_.prepare(recipe);
    const std::shared_ptr<Communicator> all = ranks_of(job_.device);
    const std::shared_ptr<DeviceSums> sums = sums_of(job_.device);
    join(job_.device, nullptr);
    std::string computed;
    try {
      computed = compute_own_rows(ranks);
    } catch (const Interrupted&) {
      throw Interrupted(
          fmt::format("this run was ended from outside, or one of its ranks has died; all rows that were "
                      "ready are in {}. The same command goes on, with any number of ranks",
                      job_.folder.string()));
    }
    join(job_.device, all, sums);
    for (const std::string& keys : ranks.gather(computed)) {
      std::istringstream lines(keys);
      for (std::string key; std::getline(lines, key);) shared_.insert(key);
    }
  }

  // Returns their keys, a line each.
  std::string compute_own_rows(const Communicator& ranks) {
    Index number = 0, split_number = 0;
    std::string computed;
    for (const NumberedSplit& split : chosen_splits(job_.choice, job_.data.dataset)) {
      const TestPlan test = test_plan(job_.choice, job_.data.dataset, split.identities.test);
      for (const std::string& slug : job_.slugs) {
        const Method& method = find_method(slug);
        if (!wanted(method, split)) continue;
        const Index turn = recipes_of(method).empty() ? number++ : split_number;
        if (turn % ranks.ranks() != ranks.rank()) continue;
        std::vector<std::string> keys;
        networks_of(method, split, keys);
        const Inputs inputs =
            inputs_of(row_inputs(method, split, test, job_.data.digests, machine_of(job_.device), keys));
        if (rows_.find(method.slug, inputs)) continue;
        rows_.keep(Row{measure_row(method, split, test), key_of(inputs), inputs});
        computed += key_of(inputs) + "\n";
        stop_point();
      }
      ++split_number;
    }
    return computed;
  }

  // A row that was not asked for is shown when it is there.
  void add_stored(const Method& method, const NumberedSplit& split, const TestPlan& test) {
    if (!rows_.has(method.slug) || (method.needs_viper && job_.viper.empty())) return;
    std::vector<std::string> keys;
    std::map<std::string, Inputs> networks = networks_of(method, split, keys);
    std::optional<Row> row = rows_.find(
        method.slug,
        inputs_of(row_inputs(method, split, test, job_.data.digests, machine_of(job_.device), keys)));
    if (!row) return;
    result_.networks.merge(networks);
    add(std::move(*row), method, split, test, true, std::move(keys));
  }

  void record(const NumberedSplit& split, const TestPlan& test) {
    ResultTable::Test of_split{split.number, split.identities.train, split.identities.test, {},
                               test.draws,   test.both_directions};
    for (const Index identity : of_split.test)
      of_split.names.push_back(job_.data.dataset.identity_names[static_cast<std::size_t>(identity)]);
    result_.tests.push_back(std::move(of_split));
    result_.protocol = test.name;
  }

  Outcome measure_occluded(const Method& method, const NumberedSplit& split, const TestPlan& test) {
    const TestPlan plan =
        occluded_plan(test, method.occlude, occluder_seed, job_.data.dataset, split.identities.test);
    const Networks::Tested tested = networks_.test(method.recipe, split, plan, method.true_masks);
    Outcome outcome;
    outcome.slug = method.slug, outcome.split = split.number;
    outcome.draws = tested.draws, outcome.dimensions = tested.dimensions;
    outcome.training_seconds = tested.seconds;
    return outcome;
  }

  Outcome measure_row(const Method& method, const NumberedSplit& split, const TestPlan& test) {
    if (method.occlude > 0) return measure_occluded(method, split, test);
    double training_seconds = 0;
    const auto describe = [&](const Method& of) -> Description {
      if (!of.needs_network()) return features_.describe(of.features, of.chi2);
      const Networks::Embedded& embedded = networks_.embed(of.recipe, split);
      if (of.recipe != of.held_out_recipe) training_seconds += embedded.seconds;
      if (!of.features.empty()) return features_.describe(of.features, embedded.rows, embedded.size);
      return {std::make_shared<const std::vector<Real>>(embedded.rows),
              embedded.size,
              {{"embedding", 0, embedded.size, Damping::none}},
              nullptr};
    };
    const auto held_out = [&](const Method& of) { return networks_.embed(of.recipe, split).held_out; };
    const SplitView view{job_.device, job_.data.dataset, split.number, split.identities.train,
                         describe,    held_out};
    Outcome outcome = measure(method, view, test.draws, test.both_directions);
    outcome.training_seconds = training_seconds;
    return outcome;
  }

  void say(const Method& method, const Outcome& outcome) const {
    const Scores scores = mean_of_draws(outcome.draws).forward;
    watcher_.say(
        fmt::format("split {:>2}  {:<22} {:<28} rank 1 {:>5.1f}  5 {:>5.1f}  10 {:>5.1f}  20 {:>5.1f}  {:>6} "
                    "numbers  {}{}{}",
                    outcome.split, method.name, method.what, scores.cmc[0], scores.cmc[1], scores.cmc[2],
                    scores.cmc[3], outcome.dimensions, outcome.reused ? "reused" : "computed",
                    outcome.chosen.empty() ? "" : ", ", outcome.chosen));
  }

  // In the order of the table, not in that of the request.
  void collect() {
    result_.layout = job_.data.dataset.layout;
    result_.inputs = shared_inputs(job_.data.digests, machine_of(job_.device));
    for (const MethodGroup& group : method_groups()) {
      std::vector<TableLine> lines;
      for (const Method& method : group.methods)
        if (const auto found = lines_.find(method.slug); found != lines_.end())
          lines.push_back({method, std::move(found->second)});
      result_.groups.emplace_back(group.title, std::move(lines));
    }
  }

  const TableJob& job_;
  const Watcher& watcher_;
  FeatureStore features_;
  Networks networks_;
  Rows rows_;
  ResultTable result_;
  std::set<std::string> shared_;                       // keys of rows that ranks have computed in this run
  std::map<std::string, std::vector<Outcome>> lines_;  // by slug, in the order of the splits
};

}  // namespace

Inputs shared_inputs(const DataDigests& digests, const Machine& machine) {
  return {{"results version", std::to_string(results_version)}, {"images", digests.images},
          {"identity labels and cameras", digests.labels},      {"device", machine.device},
          {"instruction set", machine.instruction_set},         {"gemm", machine.gemm}};
}

RowInputs row_inputs(const Method& method, const NumberedSplit& split, const TestPlan& test,
                     const DataDigests& digests, const Machine& machine,
                     const std::vector<std::string>& networks) {
  RowInputs in;
  in.images = digests.images, in.labels = digests.labels;
  in.training_identities = split.identities.train;
  TestPlan own = test;
  own.occlude = method.occlude, own.occlude_seed = occluder_seed;
  in.protocol = digest_of(own);
  in.method = definition(method);
  in.networks = networks;
  in.device = machine.device, in.instruction_set = machine.instruction_set, in.gemm = machine.gemm;
  return in;
}

ResultTable compute_table(const TableJob& job, const Watcher& watcher) {
  return TableRun(job, watcher).run();
}

}  // namespace triptych
