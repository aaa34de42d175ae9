#include "reid/experiment/data.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "datasets/audit.h"
#include "datasets/content.h"
#include "datasets/memory.h"
#include "datasets/occlusion.h"
#include "datasets/sequences.h"
#include "engine/json.h"
#include "engine/sha256.h"

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

std::string to_json(const DataChoice& choice) {
  const auto& [data, splits, split, data_seed, protocol, list, gallery_camera, occlude, frames, memory] =
      choice;
  static_cast<void>(memory);  // changes no result
  nlohmann::ordered_json json = {{"data", data},   {"splits", splits},
                                 {"split", split}, {"data-seed", data_seed},
                                 {"list", list},   {"gallery-camera", gallery_camera}};
  for (const auto& [name, kind] : protocol_names)
    if (kind == protocol) json["protocol"] = std::string(name);
  // The text of a choice without occluders or frames stays what it was.
  if (occlude > 0) json["occlude"] = occlude;
  if (frames > 0) json["frames"] = frames;
  return json_dump(json);
}

DataChoice data_choice_from_json(const std::string& text, const std::string& origin) {
  try {
    const nlohmann::json json = parse_json(text, origin);
    DataChoice choice;
    choice.data = json.at("data"), choice.splits = json.at("splits"), choice.split = json.at("split");
    choice.data_seed = json.at("data-seed");
    choice.list = json.value("list", ""), choice.gallery_camera = json.value("gallery-camera", 0);
    choice.occlude = json.value("occlude", 0.0), choice.frames = json.value("frames", Index(0));
    for (const auto& [name, kind] : protocol_names)
      if (json.at("protocol") == std::string(name)) choice.protocol = kind;
    return choice;
  } catch (const nlohmann::json::exception& error) {
    fail("{} does not say which data it is about ({})", origin, error.what());
  }
}

DataDigests digests_of(const Dataset& dataset, std::uint64_t seed, int threads) {
  return {digest_of_images(dataset, seed, content_digests(dataset, seed, threads)),
          digest_of_labels(dataset)};
}

Dataset open_dataset(const DataChoice& choice) {
  if (choice.list.empty()) return open_dataset(choice.data, choice.frames);
  require(choice.frames == 0,
          "--frames {} says how many frames of synthetic people are drawn; --list {} has its own",
          choice.frames, choice.list);
  return open_list(choice.list, choice.data == DataChoice().data ? "" : choice.data);
}

ImageSettings image_settings(const DataChoice& choice, Index height, Index width, int threads) {
  return {height, width, choice.data_seed, choice.memory > 0 ? choice.memory : default_image_memory(),
          threads};
}

Dataset open_dataset(const DataChoice& choice, const NetworkOptions& network) {
  Dataset dataset = open_dataset(choice);
  return network.temporal == Temporal::none ? dataset : join_sequences(dataset);
}

namespace {

ExperimentData open_data(Dataset dataset, const DataChoice& choice, Index height, Index width, int threads,
                         const Watcher& watcher) {
  ExperimentData data{std::move(dataset), {}, {}};
  watcher.say(summary(data.dataset));
  for (const Finding& finding : audit_names(data.dataset))
    if (finding.wrong) watcher.say(fmt::format("warning: {}", finding.sentence));
  // Splits that cannot be are refused before the images are read. A set of one identity has none, and
  // commands that need none, such as embed, may open it.
  if (data.dataset.identities >= 2 || !choice.splits.empty()) chosen_splits(choice, data.dataset);
  data.images =
      open_images(data.dataset, image_settings(choice, height, width, threads),
                  [&](Index done, Index total) { watcher.progress("reading images", done, total); });
  data.digests = digests_of(data.dataset, choice.data_seed, threads);
  return data;
}

}  // namespace

ExperimentData open_data(const DataChoice& choice, Index height, Index width, int threads,
                         const Watcher& watcher) {
  return open_data(open_dataset(choice), choice, height, width, threads, watcher);
}

ExperimentData open_data(const DataChoice& choice, const NetworkOptions& network, int threads,
                         const Watcher& watcher) {
  return open_data(open_dataset(choice, network), choice, network.image_height, network.image_width, threads,
                   watcher);
}

std::vector<NumberedSplit> chosen_splits(const DataChoice& choice, const Dataset& dataset) {
  constexpr int drawn = 10;  // how many "all" is when they are drawn
  std::vector<Split> from_file;
  if (!choice.splits.empty()) from_file = read_splits(choice.splits, dataset.identities);
  const Split fixed = fixed_split(dataset);
  if (!fixed.train.empty() && !fixed.test.empty()) {
    require(choice.split == "1" || choice.split == "all",
            "{} fixes its own split, and there is one: leave --split out", dataset.root);
    require(choice.splits.empty(),
            "{} fixes its own split, so --splits {} would have no effect: leave it out", dataset.root,
            choice.splits);
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

Split train_and_validation(std::span<const Index> identities, const TrainingOptions& options) {
  const Index most = static_cast<Index>(identities.size()) / 3;
  return hold_out(identities, std::min(options.validation, most), options.seed);
}

namespace {

TestPlan plan_without_occluders(const DataChoice& choice, const Dataset& dataset,
                                const std::vector<Index>& identities) {
  constexpr int pair_draws = 10;
  const ProtocolKind kind = protocol_kind(choice.protocol, dataset);
  const int gallery = std::max(choice.gallery_camera, 1) - 1;
  require(choice.gallery_camera == 0 || kind == ProtocolKind::camera,
          "--gallery-camera {} has no effect on {}, which is not tested by protocol camera; leave it out, "
          "or give --protocol camera",
          choice.gallery_camera, dataset.root);
  require(choice.gallery_camera >= 0 && choice.gallery_camera <= dataset.cameras,
          "--gallery-camera {}: {} has the cameras 1 to {}", choice.gallery_camera, dataset.root,
          dataset.cameras);
  switch (kind) {
    case ProtocolKind::fixed:
      return {"fixed", {fixed_protocol(dataset)}, false};
    case ProtocolKind::pair: {
      TestPlan plan{"pair", {}, true};
      for (int draw = 0; draw < pair_draws; ++draw)
        plan.draws.push_back(pair_protocol(dataset, identities, choice.data_seed, draw));
      return plan;
    }
    default:
      return {"camera", {camera_protocol(dataset, identities, gallery, gallery == 0 ? 1 : 0)}, true};
  }
}

}  // namespace

TestPlan test_plan(const DataChoice& choice, const Dataset& dataset, const std::vector<Index>& identities) {
  require(choice.occlude >= 0 && choice.occlude <= 0.9,
          "--occlude is {}, but the share of a query that is pasted over lies between 0 and 0.9",
          choice.occlude);
  TestPlan plan = plan_without_occluders(choice, dataset, identities);
  if (choice.occlude == 0) return plan;
  return occluded_plan(std::move(plan), choice.occlude, choice.data_seed, dataset, identities);
}

TestPlan occluded_plan(TestPlan plan, double share, std::uint64_t seed, const Dataset& dataset,
                       const std::vector<Index>& identities) {
  plan.occlude = share, plan.occlude_seed = seed;
  plan.donors = occluder_donors(dataset, identities);
  return plan;
}

ImageSource images_of_search(const TestPlan& plan, const Protocol& protocol, const Dataset& dataset,
                             const ImageSource& images) {
  if (plan.occlude == 0) return images;
  return occluded(images, dataset, protocol.query, plan.donors, plan.occlude, plan.occlude_seed);
}

std::string digest_of(const TestPlan& plan) {
  Sha256 hash;
  hash.add(plan.name).add(std::uint64_t(plan.both_directions)).add(std::uint64_t(plan.draws.size()));
  for (const Protocol& draw : plan.draws)
    for (const std::vector<Index>* list : {&draw.query, &draw.gallery, &draw.query_distractors}) {
      hash.add(std::uint64_t(list->size()));
      for (const Index sample : *list) hash.add(std::uint64_t(sample));
    }
  if (plan.occlude > 0) hash.add(fmt::format("occluded {} {}", plan.occlude, plan.occlude_seed));
  return hash.hex();
}

}  // namespace triptych
