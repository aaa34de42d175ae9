#include "reid/report/page/looks_section.h"

#include <algorithm>
#include <numeric>

#include "datasets/batch.h"
#include "drawing/canvas.h"
#include "engine/json.h"
#include "reid/report/json.h"
#include "reid/report/page/filters.h"
#include "reid/report/page/occlusion.h"

namespace triptych {

using report::Json;

namespace {

constexpr std::size_t shown_images = 4, shown_channels = 12, shown_patches = 4;

double four_places(double value) {
  return std::round(1e4 * value) / 1e4;
}

Json filters(const Tested& tested, ImageStore& store) {
  Json list = Json::array();
  for (const FilterView& filter : first_filters(tested, shown_patches)) {
    Json patches = Json::array();
    for (const StrongPatch& patch : filter.strongest)
      patches.push_back({{"image", store.drawing(patch.around)},
                         {"person", tested.name(patch.sample)},
                         {"response", four_places(patch.response)}});
    list.push_back({{"weights", store.drawing(filter.weights)}, {"patches", patches}});
  }
  return list;
}

// One channel of a map [1, h, w, c], in heat colours over its own range.
Image channel_image(const std::vector<Real>& map, const Shape& shape, Index channel) {
  Real low = map[static_cast<std::size_t>(channel)], high = low;
  const auto at = [&](Index i) { return map[static_cast<std::size_t>(i * shape[3] + channel)]; };
  for (Index i = 0; i < shape[1] * shape[2]; ++i) low = std::min(low, at(i)), high = std::max(high, at(i));
  Image image(shape[1], shape[2]);
  for (Index i = 0; i < shape[1] * shape[2]; ++i) {
    const Colour colour = heat_colour(high > low ? static_cast<double>((at(i) - low) / (high - low)) : 0);
    std::uint8_t* pixel = image.pixels.data() + i * 3;
    pixel[0] = colour.red, pixel[1] = colour.green, pixel[2] = colour.blue;
  }
  return image;
}

// The channels that vary most over this image, and how many there are.
Json block(const Tape::Node& node, std::size_t number, ImageStore& store) {
  const std::vector<Real> map = node.output.values();
  const Index channels = node.shape[3], pixels = node.shape[1] * node.shape[2];
  std::vector<double> spread(static_cast<std::size_t>(channels));
  for (Index c = 0; c < channels; ++c) {
    double sum = 0, squares = 0;
    for (Index i = 0; i < pixels; ++i) {
      const double value = static_cast<double>(map[static_cast<std::size_t>(i * channels + c)]);
      sum += value, squares += value * value;
    }
    const double mean = sum / static_cast<double>(pixels);
    spread[static_cast<std::size_t>(c)] = squares / static_cast<double>(pixels) - mean * mean;
  }
  std::vector<Index> order(static_cast<std::size_t>(channels));
  std::iota(order.begin(), order.end(), Index(0));
  std::ranges::stable_sort(order, std::greater<>(),
                           [&](Index c) { return spread[static_cast<std::size_t>(c)]; });
  order.resize(std::min(order.size(), shown_channels));
  Json shown = Json::array();
  for (const Index channel : order)
    shown.push_back(
        {{"channel", channel}, {"image", store.drawing(channel_image(map, node.shape, channel))}});
  return {{"block", number},
          {"op", node.op},
          {"shape", node.shape.text()},
          {"of", channels},
          {"channels", shown}};
}

// The blocks of tier 1 end in pooling; with `keep`, the tape holds what each made.
Json tiers(const Tested& tested, Index sample, ImageStore& store) {
  Network& network = *tested.model.network;
  const NetworkOptions& options = network.options();
  const std::vector<Real> crop = centre_crops(tested.images, {&sample, 1}, tested.model.normalisation,
                                              options.crop_height, options.crop_width, 1);
  const Shape shape = {1, options.crop_height, options.crop_width, 3};
  Tape tape;
  tape.keep = true;
  Random unused(0);
  const NetworkOutput out =
      network(tape.input(Tensor::from(network.device(), shape, std::span<const Real>(crop))),
              {tested.model.selection, {}}, Mode::infer, unused);
  Json blocks = Json::array();
  for (const Tape::Node& node : tape.nodes())
    if (node.op.find("activation_pool") != std::string::npos)
      blocks.push_back(block(node, blocks.size() + 1, store));

  const PatchGrid grid = network.grid();
  const std::vector<Real> patches = out.patches.value.values(), logits = out.gate.value.values();
  const std::size_t width = patches.size() / static_cast<std::size_t>(grid.patches());
  Json lengths = Json::array(), gate = Json::array();
  for (std::size_t p = 0; p < static_cast<std::size_t>(grid.patches()); ++p) {
    double squares = 0;
    for (std::size_t d = 0; d < width; ++d)
      squares += std::pow(static_cast<double>(patches[p * width + d]), 2);
    lengths.push_back(four_places(std::sqrt(squares)));
    gate.push_back(four_places(1 / (1 + std::exp(-static_cast<double>(logits[p])))));
  }
  return {{"blocks", blocks},
          {"rows", grid.rows},
          {"columns", grid.columns},
          {"lengths", lengths},
          {"gate", gate},
          {"patches", out.patches.shape().text()},
          {"embedding", out.embedding.shape().text()}};
}

// What every row of patches reads of every row of its column, head by head; null without attention.
Json attention(const Tested& tested, Index sample) {
  Network& network = *tested.model.network;
  const NetworkOptions& options = network.options();
  if (options.recurrent != RecurrentKind::attention) return nullptr;
  const std::vector<Real> crop = centre_crops(tested.images, {&sample, 1}, tested.model.normalisation,
                                              options.crop_height, options.crop_width, 1);
  const Shape shape = {1, options.crop_height, options.crop_width, 3};
  const Tensor weights =
      network.attention(Tensor::from(network.device(), shape, std::span<const Real>(crop)));
  Json values = Json::array();  // [columns, heads, rows, rows]
  for (const Real weight : weights.values()) values.push_back(four_places(static_cast<double>(weight)));
  return {{"columns", weights.shape()[1]},
          {"heads", weights.shape()[2]},
          {"rows", weights.shape()[3]},
          {"weights", values}};
}

// An image of the same person in the gallery; -1 when there is none.
Index partner(const Tested& tested, Index query) {
  for (const Index other : tested.protocol.gallery)
    if (tested.sample(other).identity == tested.sample(query).identity &&
        tested.sample(other).camera != tested.sample(query).camera)
      return other;
  return -1;
}

}  // namespace

Section looks_section(const Tested& tested, ImageStore& store) {
  const NetworkOptions& network = tested.model.network->options();
  const std::vector<Index>& queries = tested.protocol.query;
  const std::size_t shown = std::min(shown_images, queries.size());
  Json images = Json::array();
  for (std::size_t i = 0; i < shown; ++i) {
    const Index query = queries[i * queries.size() / shown];
    Json json = {{"person", tested.name(query)},
                 {"camera", tested.sample(query).camera + 1},
                 {"image", store.crop(query, network.crop_height, network.crop_width)},
                 {"tiers", tiers(tested, query, store)},
                 {"attention", attention(tested, query)}};
    if (const Index other = partner(tested, query); other >= 0) {
      const OcclusionMap map = occlusion_map(tested.model, tested.images, query, other);
      Json change = Json::array();
      for (const double value : map.change) change.push_back(four_places(value));
      json["occlusion"] = {{"other", store.crop(other, network.crop_height, network.crop_width)},
                           {"distance", four_places(map.distance)},
                           {"rows", map.rows},
                           {"columns", map.columns},
                           {"change", change}};
    }
    images.push_back(json);
  }
  // The page opens with the first: the image whose distance covering changes most.
  const auto effect = [](const Json& json) {
    double most = 0;
    if (json.contains("occlusion"))
      for (const double change : json["occlusion"]["change"]) most = std::max(most, std::abs(change));
    return most;
  };
  std::stable_sort(images.begin(), images.end(),
                   [&](const Json& a, const Json& b) { return effect(a) > effect(b); });
  const Json data = {{"filters", filters(tested, store)},
                     {"images", images},
                     {"gate", tested.model.selection == PatchSelection::By::gate}};
  return {"looks", json_dump(data)};
}

}  // namespace triptych
