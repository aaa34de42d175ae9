#include "reid/network/model.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/error.h"
#include "engine/text.h"
#include "layers/initialise.h"

namespace triptych {
namespace {

constexpr const char* format_name = "triptych-model-1";

const std::string& metadata(const TensorFile& file, std::string_view key, const std::string& origin) {
  const auto found = file.metadata.find(std::string(key));
  require(found != file.metadata.end(), "{} is not a model of this program: its metadata lacks '{}'", origin,
          key);
  return found->second;
}

// Six numbers, mean and deviation of the three channels: overall, then for each camera that has its own.
std::string to_text(const CameraNormalisation& normalisation) {
  std::string text;
  const auto append = [&text](const Normalisation& n) {
    text += fmt::format("{}{} {} {} {} {} {}", text.empty() ? "" : " ", n.mean[0], n.mean[1], n.mean[2],
                        n.deviation[0], n.deviation[1], n.deviation[2]);
  };
  append(normalisation.overall);
  for (const Normalisation& camera : normalisation.cameras) append(camera);
  return text;
}

CameraNormalisation normalisation_from(const std::string& text, const std::string& origin) {
  std::vector<Real> numbers;
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    const auto [next, error] = std::from_chars(at, end, numbers.emplace_back());
    require(error == std::errc() && (next == end || *next == ' ') && std::isfinite(numbers.back()),
            "{}: the metadata 'normalisation' holds something other than finite numbers", origin);
    at = next + (next < end);
  }
  require(!numbers.empty() && numbers.size() % 6 == 0,
          "{}: the metadata 'normalisation' does not hold six numbers, or six for each camera", origin);
  for (std::size_t i = 0; i < numbers.size(); ++i)  // colours are 0..1, their deviation at least 1/255
    require(i % 6 < 3 ? std::abs(numbers[i]) <= 1000 : numbers[i] >= Real(1e-6) && numbers[i] <= 1000,
            "{}: the metadata 'normalisation' hold {} for the {} of a colour", origin, numbers[i],
            i % 6 < 3 ? "mean" : "deviation");
  CameraNormalisation result;
  for (std::size_t first = 0; first < numbers.size(); first += 6) {
    Normalisation& n = first == 0 ? result.overall : result.cameras.emplace_back();
    std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(first), 3, n.mean);
    std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(first) + 3, 3, n.deviation);
  }
  return result;
}

// 64-bit hashes as pairs of 32-bit integers, [n, 2], the lower half first: tensors have no wider type.
Tensor hash_tensor(const Device& device, const std::vector<std::uint64_t>& hashes) {
  std::vector<std::int32_t> halves;
  for (const std::uint64_t hash : hashes)
    halves.insert(halves.end(), {static_cast<std::int32_t>(static_cast<std::uint32_t>(hash)),
                                 static_cast<std::int32_t>(static_cast<std::uint32_t>(hash >> 32))});
  return Tensor::from(device, {static_cast<Index>(hashes.size()), 2}, std::span<const std::int32_t>(halves));
}

}  // namespace

std::vector<std::uint64_t> trained_on(const TensorFile& file, const std::string& origin) {
  if (!file.tensors.contains("trained_on")) return {};
  const Tensor& tensor = tensor_of(file, "trained_on", Type::int32, origin);
  require(tensor.shape().axes() == 2 && tensor.shape()[1] == 2,
          "{}: the tensor 'trained_on' has shape {}, not [images, 2]", origin, tensor.shape().text());
  const std::vector<std::int32_t> halves = tensor.int32_values();
  std::vector<std::uint64_t> hashes;
  for (std::size_t i = 0; i + 1 < halves.size(); i += 2)
    hashes.push_back(std::uint64_t(static_cast<std::uint32_t>(halves[i])) |
                     std::uint64_t(static_cast<std::uint32_t>(halves[i + 1])) << 32);
  std::ranges::sort(hashes);
  return hashes;
}

Model make_model(const Device& device, const Options& options, const CameraNormalisation& normalisation) {
  check(options);
  Model model;
  model.options = options;
  model.network = std::make_unique<Network>(device, options.network, options.training.seed);
  model.normalisation = normalisation;
  return model;
}

TensorFile to_file(const Model& model) {
  TensorFile file;
  for (const auto& [name, parameter] : model.network->parameters()) file.tensors[name] = parameter->value;
  if (!model.centres.empty()) {
    std::vector<Real> rows;
    for (const std::vector<Real>& centre : model.centres)
      rows.insert(rows.end(), centre.begin(), centre.end());
    file.tensors["centres"] = Tensor::from(
        model.network->device(), {static_cast<Index>(model.centres.size()), model.network->embedding_size()},
        std::span<const Real>(rows));
  }
  if (const Whitening& w = model.whitening; !w.empty())
    file.tensors["whitening"] =
        Tensor::from(model.network->device(), {w.strips, w.width, w.width}, std::span<const Real>(w.w));
  if (!model.trained_on.empty())
    file.tensors["trained_on"] = hash_tensor(model.network->device(), model.trained_on);
  if (!model.key.empty()) file.metadata["key"] = model.key;
  file.metadata["format"] = format_name;
  file.metadata["options"] = to_json(model.options);
  file.metadata["normalisation"] = to_text(model.normalisation);
  file.metadata["selection"] = model.selection == PatchSelection::By::gate ? "gate" : "everything";
  return file;
}

Model from_file(const TensorFile& file, const Device& device, const std::string& origin) {
  require(metadata(file, "format", origin) == format_name, "{} has the format '{}'; this program reads '{}'",
          origin, metadata(file, "format", origin), format_name);
  Model model = [&] {
    const Options options = options_from_json(metadata(file, "options", origin), origin);
    const CameraNormalisation normalisation =
        normalisation_from(metadata(file, "normalisation", origin), origin);
    Index weights = 0;
    for (const auto& [name, tensor] : file.tensors) weights += tensor.elements();
    // All weights are read from the file. The slack admits a file that lacks a tensor, whose name is reported
    // below.
    constexpr Index slack = 1 << 20;
    const WithoutDrawing undrawn(2 * weights + slack);
    try {
      return make_model(device, options, normalisation);
    } catch (const Error& error) {
      fail("{}: {}", origin, error.what());
    }
  }();
  restore_parameters(model.network->parameters(), file, origin);
  if (file.tensors.contains("centres")) {
    const Index size = model.network->embedding_size();
    const Tensor& centres = tensor_of(file, "centres", Type::real, origin);
    require(centres.shape().axes() == 2 && centres.shape()[1] == size,
            "{}: the tensor 'centres' has shape {}, not [cameras, {}]", origin, centres.shape().text(), size);
    const std::vector<Real> rows = centres.values();
    for (auto row = rows.begin(); row != rows.end(); row += size) model.centres.emplace_back(row, row + size);
  }
  if (file.tensors.contains("whitening")) {
    const Index strips = model.options.network.strips, width = model.network->embedding_size() / strips;
    const Shape expected = {strips, width, width};
    model.whitening = {strips, width, tensor_of(file, "whitening", Type::real, expected, origin).values()};
  }
  model.trained_on = trained_on(file, origin);
  if (const auto found = file.metadata.find("key"); found != file.metadata.end()) model.key = found->second;
  const std::string& selection = metadata(file, "selection", origin);
  require(selection == "gate" || selection == "everything",
          "{}: the metadata 'selection' is '{}', neither gate nor everything", origin, shown(selection));
  if (selection == "gate") model.selection = PatchSelection::By::gate;
  return model;
}

void restore_parameters(const ParameterList& parameters, const TensorFile& file, const std::string& origin) {
  for (const auto& [name, parameter] : parameters)
    tensor_of(file, name, Type::real, parameter->value.shape(), origin);
  for (const auto& [name, parameter] : parameters) parameter->value.copy_from(file.tensors.at(name));
}

void save_model(const std::filesystem::path& path, const Model& model) {
  save_tensors(path, to_file(model));
}

Model load_model(const std::filesystem::path& path, const Device& device) {
  return from_file(load_tensors(path, device), device, shown(path));
}

}  // namespace triptych
