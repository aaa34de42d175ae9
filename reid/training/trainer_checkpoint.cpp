// What a run needs to go on as if nothing had happened, written and read back side by side.
#include <algorithm>
#include <charconv>
#include <string_view>

#include "engine/error.h"
#include "engine/text.h"
#include "reid/training/trainer.h"

namespace triptych {

void Trainer::save(const std::filesystem::path& checkpoint) const {
  TensorFile file = to_file(model_);
  for (const auto& [name, parameter] : parameters()) file.tensors[name] = parameter->value;
  for (const auto& [name, tensor] : optimizer_.state()) file.tensors["optimizer." + name] = tensor;
  const Shape shape = {static_cast<Index>(samples_.size()), labels_.grid.rows, labels_.grid.columns};
  file.tensors["em.labels"] = Tensor::from(device_, shape, std::span<const std::uint8_t>(labels_.v));
  file.tensors["em.map"] = Tensor::from(device_, shape, std::span<const Real>(labels_.map));
  if (!labels_.posterior.empty())
    file.tensors["em.posterior"] = Tensor::from(device_, shape, std::span<const Real>(labels_.posterior));
  const Shape bins = {static_cast<Index>(DistanceHistogram::bins)};
  file.tensors["epoch.same"] =
      Tensor::from(device_, bins, std::span<const std::int32_t>(epoch_.distances.same));
  file.tensors["epoch.different"] =
      Tensor::from(device_, bins, std::span<const std::int32_t>(epoch_.distances.different));
  if (!pairs_.empty()) {
    std::vector<std::int32_t> flat;
    for (const auto& [first, second] : pairs_)
      flat.insert(flat.end(), {static_cast<std::int32_t>(first), static_cast<std::int32_t>(second)});
    file.tensors["pairs"] =
        Tensor::from(device_, {static_cast<Index>(pairs_.size()), 2}, std::span<const std::int32_t>(flat));
  }
  file.metadata["position"] = fmt::format("{}", position_);
  file.metadata["round"] = fmt::format("{}", round_);
  file.metadata["settled"] = em_settled_ ? "1" : "0";
  file.metadata["collapsed"] = fmt::format("{}", collapsed_steps_);
  file.metadata["optimizer_steps"] = fmt::format("{}", optimizer_.steps());
  file.metadata["training_data"] = training_data_mark();
  save_tensors(checkpoint, file);
}

namespace {

// The metadata of a checkpoint, checked one by one.
struct Metadata {
  const TensorFile& file;
  const std::string& origin;

  const std::string& text(const char* key) const {
    const auto found = file.metadata.find(key);
    require(found != file.metadata.end(), "{} is not a checkpoint of a training run: its metadata lacks '{}'",
            origin, key);
    return found->second;
  }
  Index number(const char* key, Index low, Index high) const {
    const std::string& digits = text(key);
    Index number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    require(error == std::errc() && end == digits.data() + digits.size() && number >= low && number <= high,
            "{} is damaged: its metadata '{}' is '{}', not a number from {} to {}", origin, key,
            shown(digits), low, high);
    return number;
  }
};

void read_counts(const TensorFile& file, const char* name, const std::string& origin,
                 std::array<std::int32_t, DistanceHistogram::bins>& to) {
  if (!file.tensors.contains(name)) return;  // a checkpoint of before there were such counts
  const Shape shape = {static_cast<Index>(to.size())};
  const std::vector<std::int32_t> counts = tensor_of(file, name, Type::int32, shape, origin).int32_values();
  require(std::ranges::all_of(counts, [](std::int32_t n) { return n >= 0; }),
          "{} is damaged: the tensor '{}' holds a count below 0", origin, name);
  std::ranges::copy(counts, to.begin());
}

// Moving averages of squares cannot be negative.
std::map<std::string, Tensor> read_moments(const TensorFile& file, const std::string& origin) {
  constexpr std::string_view prefix = "optimizer.";
  std::map<std::string, Tensor> moments;
  for (const auto& [name, tensor] : file.tensors) {
    if (!name.starts_with(prefix)) continue;
    const Tensor& moment = tensor_of(file, name, Type::real, origin);
    require(!name.ends_with(".second") ||
                std::ranges::all_of(moment.values(), [](Real value) { return value >= 0; }),
            "{} is damaged: the tensor '{}' holds a number below 0", origin, name);
    moments[name.substr(prefix.size())] = moment;
  }
  return moments;
}

// All are images that training may see, and between two cameras each is in one pair at most.
Pairs read_pairs(const TensorFile& file, const std::string& origin, const std::vector<Index>& row_of_sample,
                 bool once) {
  const Tensor& tensor = tensor_of(file, "pairs", Type::int32, origin);
  require(tensor.shape().axes() == 2 && tensor.shape()[1] == 2 && tensor.shape()[0] >= 2,
          "{} is damaged: the tensor 'pairs' has shape {}, not [2 or more, 2]", origin,
          tensor.shape().text());
  std::vector<bool> used(row_of_sample.size(), false);
  const std::vector<std::int32_t> flat = tensor.int32_values();
  for (const std::int32_t sample : flat) {
    const auto at = static_cast<std::size_t>(sample);
    require(sample >= 0 && at < used.size() && row_of_sample[at] >= 0 && !(once && used[at]),
            "{} is damaged: the tensor 'pairs' holds {}, which is no training image or stands there twice",
            origin, sample);
    used[at] = true;
  }
  Pairs pairs;
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2) pairs.emplace_back(flat[i], flat[i + 1]);
  return pairs;
}

}  // namespace

// Everything is read and checked before anything of the trainer changes.
void Trainer::resume(const std::filesystem::path& checkpoint) {
  const std::string origin = shown(checkpoint);
  const TensorFile file = load_tensors(checkpoint, device_);
  const Metadata metadata{file, origin};
  // The weights come from the checkpoint, wherever the model that training started from is now.
  Options before = options_from_json(metadata.text("options"), origin);
  before.training.start = options_.training.start;
  const std::string difference = first_difference(before, options_);
  require(difference.empty(),
          "{} was trained with another --{}; resume with the options it began with, or choose another --out",
          origin, difference);
  require(metadata.text("training_data") == training_data_mark(),
          "{} was trained on other people or other images; give the same --data, --splits and --split",
          origin);
  const Index position = metadata.number("position", 0, total_steps());
  const Index round = metadata.number("round", 1, std::max<Index>(1, options_.em.rounds));
  const Index collapsed = metadata.number("collapsed", 0, total_steps());
  const Index optimizer_steps = metadata.number("optimizer_steps", 0, total_steps());
  const bool settled = metadata.number("settled", 0, 1) == 1;
  const std::string& selection = metadata.text("selection");
  require(selection == "gate" || selection == "everything",
          "{} is damaged: its metadata 'selection' is '{}', neither gate nor everything", origin,
          shown(selection));

  const std::map<std::string, Tensor> moments = read_moments(file, origin);
  PatchLabels labels = labels_;
  const Shape shape = {static_cast<Index>(samples_.size()), labels_.grid.rows, labels_.grid.columns};
  labels.v = tensor_of(file, "em.labels", Type::byte, shape, origin).byte_values();
  labels.map = tensor_of(file, "em.map", Type::real, shape, origin).values();
  require(std::ranges::all_of(labels.v, [](std::uint8_t v) { return v <= 1; }),
          "{} is damaged: the tensor 'em.labels' holds something other than 0 and 1", origin);
  if (file.tensors.contains("em.posterior"))
    labels.posterior = tensor_of(file, "em.posterior", Type::real, shape, origin).values();
  EpochRecord epoch = epoch_;
  read_counts(file, "epoch.same", origin, epoch.distances.same);
  read_counts(file, "epoch.different", origin, epoch.distances.different);
  Pairs pairs;
  const bool pseudo = options_.training.labels == Labels::pseudo;
  if (pseudo) pairs = read_pairs(file, origin, row_of_sample_, data_.dataset.cameras == 2);

  restore_parameters(parameters(), file, origin);
  try {
    optimizer_.restore(moments, optimizer_steps);
  } catch (const Error& error) {
    fail("{}: {}", origin, error.what());
  }
  epoch_ = epoch;
  if (pseudo) use_pairs(std::move(pairs));
  position_ = position, round_ = round, collapsed_steps_ = collapsed, em_settled_ = settled;
  if (round_ > 1) use_labels(std::move(labels));
  if (selection == "gate") model_.selection = PatchSelection::By::gate;
}

std::string Trainer::training_data_mark() const {
  std::uint64_t mark = fingerprint(data_.dataset, data_.images);
  for (const Index sample : samples_) mark = (mark ^ static_cast<std::uint64_t>(sample)) * 0x100000001B3ull;
  return fmt::format("{:016x}", mark);
}

}  // namespace triptych
