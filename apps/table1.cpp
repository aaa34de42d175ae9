#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "apps/commands.h"
#include "apps/interrupt.h"
#include "apps/progress.h"
#include "apps/reporting.h"
#include "apps/trained_networks.h"
#include "engine/error.h"
#include "engine/file.h"
#include "reid/features/feature.h"
#include "reid/table/description.h"
#include "reid/table/table.h"

namespace triptych {
namespace {

struct TableRequest {
  DataChoice data;
  DeviceChoice device;
  std::string out = "runs/table1", rows = "all", recipes = "apps/recipes", viper;
};

// One outcome a file, out/rows/METHOD/split_N.json: the table goes on where it was stopped, and whoever wants
// to compute another figure has every rank.
class Outcomes {
 public:
  Outcomes(std::filesystem::path folder, std::string key)
      : folder_(std::move(folder)), key_(std::move(key)) {}

  std::optional<Outcome> find(const std::string& slug, int split) const {
    const std::filesystem::path file = path(slug, split);
    if (!std::filesystem::exists(file)) return std::nullopt;
    return outcome_from_json(read_file(file), key_);
  }
  void keep(const Outcome& outcome) const {
    write_file(path(outcome.slug, outcome.split), to_json(outcome, key_));
  }

 private:
  std::filesystem::path path(const std::string& slug, int split) const {
    return folder_ / slug / fmt::format("split_{}.json", split);
  }
  std::filesystem::path folder_;
  std::string key_;
};

class TableRun {
 public:
  explicit TableRun(const TableRequest& request)
      : request_(request),
        device_(open_device(request.device)),
        experiment_(open_images()),
        splits_(chosen_splits(request.data, experiment_.dataset)),
        slugs_(chosen_methods(request.rows)),
        features_(experiment_.images, std::filesystem::path(request.out) / "features",
                  device_.context().threads, [](const std::string& line) { fmt::print("{}\n", line); }),
        networks_({request.data, request.device, request.recipes,
                   std::filesystem::path(request.out) / "networks", request.viper},
                  device_, experiment_.dataset),
        plan_(test_plan(request.data, experiment_.dataset, splits_.front().identities.test)),
        outcomes_(std::filesystem::path(request.out) / "rows", experiment_.hash + " " + plan_.name) {}

  ResultTable run() {
    for (const NumberedSplit& split : splits_) measure_split(split);
    return collect();
  }

  Provenance provenance() const {
    return triptych::provenance(device_, request_.data, experiment_, plan_.name, Options{},
                                device_.context().threads);
  }
  const Dataset& dataset() const { return experiment_.dataset; }
  const Device& device() const { return device_; }

 private:
  Experiment open_images() const {
    NetworkOptions size;
    size.image_height = feature_height, size.image_width = feature_width;
    return open_experiment(request_.data, size, device_.context().threads);
  }

  void measure_split(const NumberedSplit& split) {
    const TestPlan plan = test_plan(request_.data, experiment_.dataset, split.identities.test);
    for (const std::string& slug : slugs_) {
      const Method& method = find_method(slug);
      if (wanted(method, split) && !outcomes_.find(slug, split.number)) measure_method(method, split, plan);
      if (interrupt_flag())
        throw Interrupted(
            fmt::format("stopped in split {}; all rows that were ready are in {}. The same command goes on",
                        split.number, request_.out));
    }
  }

  bool wanted(const Method& method, const NumberedSplit& split) const {
    const bool at_hand = !method.needs_viper || !request_.viper.empty() || request_.rows != "all";
    return at_hand && (method.most_splits == 0 || split.number <= method.most_splits);
  }

  void measure_method(const Method& method, const NumberedSplit& split, const TestPlan& plan) {
    double training_seconds = 0;
    const auto describe = [&](const Method& of) -> Description {
      if (!of.needs_network()) return features_.describe(of.features, of.chi2);
      const TrainedNetworks::Embedded& embedded = networks_.embed(of.recipe, split);
      if (of.recipe != of.held_out_recipe) training_seconds += embedded.seconds;
      if (!of.features.empty()) return features_.describe(of.features, embedded.rows, embedded.size);
      return {std::make_shared<const std::vector<Real>>(embedded.rows),
              embedded.size,
              {{"embedding", 0, embedded.size, Damping::none}},
              nullptr};
    };
    const auto held_out = [&](const Method& of) { return networks_.embed(of.recipe, split).held_out; };
    const SplitView view{device_, experiment_.dataset, split.number, split.identities.train, describe,
                         held_out};
    Outcome outcome = measure(method, view, plan.draws, plan.both_directions);
    outcome.training_seconds = training_seconds;
    outcomes_.keep(outcome);
    print(method, outcome);
  }

  void print(const Method& method, const Outcome& outcome) const {
    const Scores scores = mean_of_draws(outcome.draws).forward;
    fmt::print(
        "split {:>2}  {:<22} {:<28} rank 1 {:>5.1f}  5 {:>5.1f}  10 {:>5.1f}  20 {:>5.1f}  {:>6} "
        "numbers{}{}\n",
        outcome.split, method.name, method.what, scores.cmc[0], scores.cmc[1], scores.cmc[2], scores.cmc[3],
        outcome.dimensions, outcome.chosen.empty() ? "" : ", ", outcome.chosen);
  }

  ResultTable collect() const {
    ResultTable table{experiment_.dataset.layout, plan_.name, {}};
    for (const MethodGroup& group : method_groups()) {
      std::vector<TableLine> lines;
      for (const Method& method : group.methods) {
        TableLine line{method, {}};
        for (const NumberedSplit& split : splits_)
          if (auto outcome = outcomes_.find(method.slug, split.number); outcome && wanted(method, split))
            line.splits.push_back(std::move(*outcome));
        if (!line.splits.empty()) lines.push_back(std::move(line));
      }
      table.groups.emplace_back(group.title, std::move(lines));
    }
    return table;
  }

  TableRequest request_;
  Device device_;
  Experiment experiment_;
  std::vector<NumberedSplit> splits_;
  std::vector<std::string> slugs_;
  FeatureStore features_;
  TrainedNetworks networks_;
  TestPlan plan_;
  Outcomes outcomes_;
};

// table1.md, table1.json, the figure, and the page.
void write_table(const TableRun& run, const ResultTable& table, const Provenance& from,
                 const std::filesystem::path& out) {
  const std::string text = markdown(table);
  write_file(out / "table1.md", text);
  write_file(out / "table1.json", table_json(table, from));
  const Drawing figure = table_figure(
      table, fmt::format("{}: cumulative matching characteristics", run.dataset().name), figure_methods());
  write_file(out / "cmc.svg", figure.to_svg());
  write_png(out / "cmc.png", figure.to_image());
  const std::filesystem::path page = write_report(out, run.device());
  fmt::print("\n{}\nin {}: table1.md, table1.json, cmc.svg, cmc.png, rows/ (every rank), {}\n", text,
             out.string(), page.filename().string());
}

void table1_command(const TableRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  catch_interrupts();
  TableRun run(request);
  const ResultTable table = run.run();

  Provenance from = run.provenance();
  from.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  write_table(run, table, from, request.out);
}

}  // namespace

void add_table1(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "table1", "the paper's table and past it: every method, on every split, beside the published figures");
  const auto request = std::make_shared<TableRequest>();
  request->data.split = "all";
  add_data_options(*command, request->data);
  add_device_options(*command, request->device);
  command
      ->add_option("--out", request->out,
                   "folder for the table and all that it is made of; an unfinished one goes on")
      ->capture_default_str();
  command
      ->add_option(
          "--rows", request->rows,
          "all; fast: those for which no network is trained; or names with commas, as in rows/ of a table")
      ->capture_default_str();
  command->add_option("--recipes", request->recipes, "folder of the networks' recipes")
      ->capture_default_str();
  command->add_option(
      "--viper", request->viper,
      "folder of VIPeR, for the row whose network began with it; without it, 'all' leaves it out");
  command->footer(
      "Example:\n"
      "  triptych table1 --data PRID450S --splits PRID450S/partition_10trials.json --out runs/table1\n"
      "  triptych table1 --data VIPER --splits VIPER/partition_10trials.json --rows fast --out runs/viper\n"
      "Ctrl-C keeps what is ready; the same command goes on.");
  command->callback([request] { table1_command(*request); });
}

}  // namespace triptych
