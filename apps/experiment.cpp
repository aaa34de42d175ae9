#include "apps/experiment.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "apps/invocation.h"
#include "apps/version.h"
#include "engine/error.h"
#include "kernels/kernels.h"

namespace triptych {
namespace {

int number_in(std::string_view text, const std::string& whole) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(error == std::errc() && end == text.data() + text.size() && number >= 1 && number <= 100000,
          "--split {} is not a number, a list like 1,4, a range like 1-10, or all", whole);
  return number;
}

std::vector<int> split_numbers(const std::string& text, int last) {
  std::set<int> numbers;
  if (text == "all")
    for (int k = 1; k <= last; ++k) numbers.insert(k);
  std::string_view rest = text == "all" ? std::string_view() : text;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const std::size_t dash = part.find('-', 1);
    const int from = number_in(part.substr(0, dash), text);
    const int to = dash == std::string_view::npos ? from : number_in(part.substr(dash + 1), text);
    require(from <= to, "--split {}: a range begins with its smaller number", text);
    for (int k = from; k <= to; ++k) numbers.insert(k);
  }
  require(!numbers.empty(), "--split is empty; give a number, a list like 1,4, a range like 1-10, or all");
  return {numbers.begin(), numbers.end()};
}

ProtocolKind protocol_kind(ProtocolKind asked, const Dataset& dataset) {
  if (asked != ProtocolKind::automatic) return asked;
  if (std::ranges::any_of(dataset.samples, [](const Sample& s) { return s.part == Part::query; }))
    return ProtocolKind::fixed;
  return dataset.cameras == 2 ? ProtocolKind::camera : ProtocolKind::pair;
}

}  // namespace

Experiment open_experiment(const DataChoice& choice, const NetworkOptions& network, int threads,
                           std::FILE* say) {
  Experiment experiment{open_dataset(choice.data), {}, {}};
  fmt::print(say, "{}", summary(experiment.dataset));
  ImageSettings settings{network.image_height, network.image_width, choice.data_seed};
  settings.threads = threads;
  experiment.images = open_images(experiment.dataset, settings);
  experiment.hash = fmt::format("{:016x}", fingerprint(experiment.dataset, experiment.images));
  return experiment;
}

std::vector<NumberedSplit> chosen_splits(const DataChoice& choice, const Dataset& dataset) {
  constexpr int drawn = 10;  // how many "all" is when they are drawn
  std::vector<Split> from_file;
  if (!choice.splits.empty()) from_file = read_splits(choice.splits, dataset.identities);
  const Split fixed = from_file.empty() ? fixed_split(dataset) : Split{};
  if (!fixed.train.empty() && !fixed.test.empty()) {
    require(choice.split == "1" || choice.split == "all",
            "{} fixes its own split, and there is one: leave --split out", dataset.root);
    return {{1, fixed}};
  }
  std::vector<NumberedSplit> splits;
  for (const int number :
       split_numbers(choice.split, from_file.empty() ? drawn : static_cast<int>(from_file.size()))) {
    require(from_file.empty() || number <= static_cast<int>(from_file.size()),
            "--split {}: {} holds {} splits", number, choice.splits, from_file.size());
    splits.push_back({number, from_file.empty() ? random_split(dataset.identities, choice.data_seed,
                                                               static_cast<std::uint64_t>(number))
                                                : from_file[static_cast<std::size_t>(number - 1)]});
  }
  return splits;
}

TestPlan test_plan(const DataChoice& choice, const Dataset& dataset, const std::vector<Index>& identities) {
  constexpr int pair_draws = 10;
  switch (protocol_kind(choice.protocol, dataset)) {
    case ProtocolKind::fixed:
      return {"fixed", {fixed_protocol(dataset)}, false};
    case ProtocolKind::pair: {
      TestPlan plan{"pair", {}, true};
      for (int draw = 0; draw < pair_draws; ++draw)
        plan.draws.push_back(pair_protocol(dataset, identities, choice.data_seed, draw));
      return plan;
    }
    default:
      return {"camera", {camera_protocol(dataset, identities, 0, 1)}, true};
  }
}

std::vector<Evaluation> evaluate(const Model& model, const Experiment& experiment, const TestPlan& plan) {
  std::vector<Evaluation> draws;
  for (const Protocol& protocol : plan.draws)
    draws.push_back(
        evaluate_model(model, experiment.dataset, experiment.images, protocol, plan.both_directions));
  return draws;
}

std::vector<Evaluation> evaluate_raw_pixels(const Device& device, const NetworkOptions& network,
                                            const Experiment& experiment, const TestPlan& plan) {
  std::vector<Evaluation> draws;
  for (const Protocol& protocol : plan.draws)
    draws.push_back(evaluate_pixels(device, experiment.dataset, experiment.images, protocol, network,
                                    plan.both_directions));
  return draws;
}

SplitResult split_result(const NumberedSplit& split, const Dataset& dataset, const TestPlan& plan,
                         const std::vector<Evaluation>& draws) {
  const RankingResult& first = draws.front().result;
  SplitResult result;
  result.split = split.number;
  result.queries = first.queries, result.gallery = first.gallery_identities;
  result.scores = mean_of_draws(draws);
  result.ranks = first.first_rank;
  result.ranked = ranked_split(split.number, static_cast<Index>(split.identities.train.size()), dataset,
                               plan.draws, draws);
  return result;
}

Provenance provenance(const Device& device, const DataChoice& choice, const Experiment& experiment,
                      const std::string& protocol, const Options& options, int threads) {
  Provenance from;
  from.command = invocation();
  from.commit = build_commit(), from.build_flags = build_flags();
  from.device = device.name(), from.instruction_set = device.kernels().description;
  from.data = choice.data, from.data_hash = experiment.hash, from.protocol = protocol;
  from.options = to_json(options);
  from.seed = options.training.seed;
  from.threads = threads;
  return from;
}

}  // namespace triptych
