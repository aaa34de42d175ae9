#include "reid/report/page/em_section.h"

#include <algorithm>
#include <cmath>

#include "engine/json.h"
#include "reid/report/json.h"
#include "reid/report/maps.h"
#include "reid/report/page/base64.h"

namespace triptych {

using report::Json;

namespace {

constexpr std::size_t shown_identities = 8;

// Values as bytes, 255 sqrt(value / largest). A map is a probability among many identities, and most values
// are small beside the largest: the root spreads them over the colours.
std::string map_text(std::span<const Real> map, Real largest) {
  std::vector<std::uint8_t> bytes;
  for (const Real value : map)
    bytes.push_back(static_cast<std::uint8_t>(
        largest > 0 ? std::sqrt(std::clamp(value / largest, Real(0), Real(1))) * 255 : 0));
  return base64(bytes);
}
std::string share_text(std::span<const Real> shares) {
  std::vector<std::uint8_t> bytes;
  for (const Real share : shares)
    bytes.push_back(static_cast<std::uint8_t>(std::clamp(share, Real(0), Real(1)) * 255));
  return base64(bytes);
}

struct OfImage {
  std::span<const Real> map;
  std::span<const std::uint8_t> v;
};
OfImage of_image(const PatchLabels& labels, std::size_t row) {
  const auto patches = static_cast<std::size_t>(labels.grid.patches());
  return {std::span(labels.map).subspan(row * patches, patches),
          std::span(labels.v).subspan(row * patches, patches)};
}

// The largest value of the rows in any round: the end of the colour scale of all maps.
Real largest_of(const std::vector<EmRound>& rounds, std::span<const std::size_t> rows) {
  Real largest = 0;
  for (const EmRound& round : rounds)
    for (const std::size_t row : rows)
      largest = std::max(largest, *std::ranges::max_element(of_image(round.saved.labels, row).map));
  return largest;
}

Json chosen_image(const std::vector<EmRound>& rounds, std::size_t row, const Sample& sample, Index image,
                  Real scale) {
  Json json = {{"image", image}, {"camera", sample.camera + 1}, {"rounds", Json::array()}};
  for (const EmRound& round : rounds) {
    const OfImage one = of_image(round.saved.labels, row);
    std::string v;
    for (const std::uint8_t kept : one.v) v += kept ? '1' : '0';
    const Real largest = *std::ranges::max_element(one.map);
    json["rounds"].push_back({{"map", map_text(one.map, scale)}, {"largest", largest}, {"v", v}});
  }
  return json;
}

// Average map, share kept, and mean image of one camera.
Json camera_json(const std::vector<EmRound>& rounds, int camera, const Dataset& dataset,
                 const ImageSource& images, const NetworkOptions& network, ImageStore& store, Real scale) {
  const std::vector<Index>& samples = rounds.front().saved.samples;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < samples.size(); ++row)
    if (dataset.samples.at(static_cast<std::size_t>(samples[row])).camera == camera) rows.push_back(row);
  if (rows.empty()) return nullptr;
  const auto count = static_cast<double>(rows.size());

  std::vector<double> light(static_cast<std::size_t>(network.crop_height * network.crop_width * 3));
  for (const std::size_t row : rows) {
    const Image image = centre_of(images.copy(samples[row]), network.crop_height, network.crop_width);
    for (std::size_t i = 0; i < light.size(); ++i) light[i] += image.pixels[i];
  }
  Image mean(network.crop_height, network.crop_width);
  for (std::size_t i = 0; i < light.size(); ++i)
    mean.pixels[i] = static_cast<std::uint8_t>(light[i] / count + 0.5);

  Json json = {{"camera", camera + 1},
               {"image", store.photograph(mean)},
               {"images", rows.size()},
               {"rounds", Json::array()}};
  for (const EmRound& round : rounds) {
    const auto patches = static_cast<std::size_t>(round.saved.labels.grid.patches());
    std::vector<Real> map(patches), kept(patches);
    for (const std::size_t row : rows) {
      const OfImage one = of_image(round.saved.labels, row);
      for (std::size_t p = 0; p < patches; ++p) map[p] += one.map[p], kept[p] += one.v[p];
    }
    for (Real& value : map) value /= static_cast<Real>(count);
    for (Real& value : kept) value /= static_cast<Real>(count);
    const Real largest = *std::ranges::max_element(map);
    json["rounds"].push_back(
        {{"map", map_text(map, scale)}, {"largest", largest}, {"kept", share_text(kept)}});
  }
  return json;
}

}  // namespace

Section em_section(const std::vector<EmRound>& rounds, const Dataset& dataset, const ImageSource& images,
                   const NetworkOptions& network, ImageStore& store) {
  if (rounds.empty())
    return absent(
        "em",
        "This folder keeps no labels of E steps: there was none, or the run is of before they were kept.");
  const std::vector<Index>& samples = rounds.front().saved.samples;
  const PatchGrid grid = rounds.front().saved.labels.grid;
  for (const EmRound& round : rounds)
    if (round.saved.samples != samples || round.saved.labels.grid != grid)
      return absent("em",
                    "The E steps of this folder are of different images, so they cannot be shown in a row.");

  Json identities = Json::array();
  Index identity = -1;
  const std::vector<std::size_t> rows = rows_to_draw(dataset, samples, shown_identities);
  const Real scale = largest_of(rounds, rows);
  for (const std::size_t row : rows) {
    const Sample& sample = dataset.samples[static_cast<std::size_t>(samples[row])];
    if (sample.identity != identity) {
      identity = sample.identity;
      identities.push_back(
          {{"name", dataset.identity_names[static_cast<std::size_t>(identity)]}, {"views", Json::array()}});
    }
    identities.back()["views"].push_back(chosen_image(
        rounds, row, sample, store.crop(samples[row], network.crop_height, network.crop_width), scale));
  }
  Json cameras = Json::array(), numbers = Json::array();
  for (int camera = 0; camera < dataset.cameras; ++camera)
    if (Json json = camera_json(rounds, camera, dataset, images, network, store, scale); !json.is_null())
      cameras.push_back(json);
  Json qualities = Json::array();
  for (const EmRound& round : rounds) numbers.push_back(round.round), qualities.push_back(round.quality);
  const Json data = {{"qualities", qualities}, {"rows", grid.rows}, {"columns", grid.columns},
                     {"rounds", numbers},      {"largest", scale},  {"people", identities},
                     {"cameras", cameras}};
  return {"em", json_dump(data)};
}

}  // namespace triptych
