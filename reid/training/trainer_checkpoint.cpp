// What a run needs to go on as if nothing had happened, written and read back side by side.
#include <algorithm>
#include <cstdlib>

#include "engine/error.h"
#include "reid/training/trainer.h"

namespace triptych {

void Trainer::save(const std::filesystem::path& checkpoint) const {
  TensorFile file = to_file(model_);
  for (const auto& [name, parameter] : parameters()) file.tensors[name] = parameter->value;
  for (const auto& [name, tensor] : optimizer_.state()) file.tensors["optimizer." + name] = tensor;
  const Shape shape = {static_cast<Index>(samples_.size()), labels_.grid.rows, labels_.grid.columns};
  file.tensors["em.labels"] = Tensor::from(device_, shape, std::span<const std::uint8_t>(labels_.v));
  file.tensors["em.map"] = Tensor::from(device_, shape, std::span<const Real>(labels_.map));
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

void Trainer::resume(const std::filesystem::path& checkpoint) {
  const std::string origin = checkpoint.string();
  const TensorFile file = load_tensors(checkpoint, device_);
  const auto text = [&](const char* key) {
    const auto found = file.metadata.find(key);
    require(found != file.metadata.end(), "{} is not a checkpoint of a training run: its metadata lacks '{}'",
            origin, key);
    return found->second;
  };
  const auto number = [&](const char* key) {
    return static_cast<Index>(std::strtoll(text(key).c_str(), nullptr, 10));
  };
  const std::string difference = first_difference(options_from_json(text("options"), origin), options_);
  require(difference.empty(),
          "{} was trained with another --{}; resume with the options it began with, or choose another --out",
          origin, difference);
  require(text("training_data") == training_data_mark(),
          "{} was trained on other people or other images; give the same --data, --splits and --split",
          origin);

  restore_parameters(parameters(), file, origin);
  std::map<std::string, Tensor> moments;
  for (const auto& [name, tensor] : file.tensors)
    if (name.starts_with("optimizer.")) moments[name.substr(std::string("optimizer.").size())] = tensor;
  optimizer_.restore(moments, number("optimizer_steps"));
  PatchLabels labels = labels_;
  const auto labels_at = file.tensors.find("em.labels"), map_at = file.tensors.find("em.map");
  require(labels_at != file.tensors.end() && map_at != file.tensors.end(),
          "{} lacks the labels of the patches", origin);
  labels.v = labels_at->second.byte_values(), labels.map = map_at->second.values();
  require(labels.v.size() == labels_.v.size() && labels.map.size() == labels_.map.size(),
          "{} holds labels of {} patches, the training images have {}", origin, labels.v.size(),
          labels_.v.size());
  const auto counts = [&](const char* name, std::array<std::int32_t, DistanceHistogram::bins>& to) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end()) return;  // a checkpoint of before there were such counts
    require(found->second.elements() == static_cast<Index>(to.size()), "{}: '{}' has {} bins, not {}", origin,
            name, found->second.elements(), to.size());
    std::ranges::copy(found->second.int32_values(), to.begin());
  };
  counts("epoch.same", epoch_.distances.same), counts("epoch.different", epoch_.distances.different);
  if (options_.training.labels == Labels::pseudo) {
    const auto pairs_at = file.tensors.find("pairs");
    require(pairs_at != file.tensors.end(), "{} lacks the pairs of images", origin);
    const std::vector<std::int32_t> flat = pairs_at->second.int32_values();
    Pairs pairs;
    for (std::size_t i = 0; i + 1 < flat.size(); i += 2) pairs.emplace_back(flat[i], flat[i + 1]);
    use_pairs(std::move(pairs));
  }
  position_ = number("position"), round_ = number("round"), collapsed_steps_ = number("collapsed");
  em_settled_ = text("settled") == "1";
  if (round_ > 1) use_labels(std::move(labels));
  if (text("selection") == "gate") model_.selection = PatchSelection::By::gate;
}

std::string Trainer::training_data_mark() const {
  std::uint64_t mark = fingerprint(data_.dataset, data_.images);
  for (const Index sample : samples_) mark = (mark ^ static_cast<std::uint64_t>(sample)) * 0x100000001B3ull;
  return fmt::format("{:016x}", mark);
}

}  // namespace triptych
