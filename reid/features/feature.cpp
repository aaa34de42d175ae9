#include "reid/features/feature.h"

#include <algorithm>

#include "datasets/parallel.h"
#include "engine/error.h"
#include "reid/features/gog.h"
#include "reid/features/histogram.h"
#include "reid/features/lomo.h"
#include "reid/features/retinex.h"
#include "reid/features/scncd.h"

namespace triptych {
namespace {

// Blocks one after the other, from their names and sizes.
std::vector<Block> blocks(const std::vector<std::pair<std::string, Index>>& parts, Damping damping) {
  std::vector<Block> result;
  Index first = 0;
  for (const auto& [name, size] : parts) {
    result.push_back({name, first, size, damping});
    first += size;
  }
  return result;
}

const std::vector<std::pair<std::string, Index>> lomo_parts = {
    {"colour", lomo_rows* lomo_colours}, {"SILTP 3", lomo_rows * 81}, {"SILTP 5", lomo_rows * 81}};

Feature lomo_feature(const std::string& name, const std::string& description, const std::string& parameters,
                     void (*of_planes)(const Planes&, float*)) {
  return {name,     description, "lomo 1; " + parameters, lomo_size, blocks(lomo_parts, Damping::logarithm),
          of_planes};
}

// The colour block of lomo-plain alone: beside "lomo", whose SILTP patterns are the same, it adds the colours
// before Retinex.
Feature lomo_colours_feature() {
  return {"lomo-colours",
          "local maximal occurrence, colours as they are and no patterns",
          "lomo 1; plain; colour",
          lomo_rows * lomo_colours,
          blocks({lomo_parts[0]}, Damping::logarithm),
          [](const Planes& rgb, float* out) {
            std::vector<float> all(static_cast<std::size_t>(lomo_size));
            lomo(rgb, grey_plane(rgb), {}, all.data());
            std::copy_n(all.begin(), lomo_rows * lomo_colours, out);
          }};
}

const char* name_of(GogColour colour) {
  switch (colour) {
    case GogColour::rgb:
      return "rgb";
    case GogColour::lab:
      return "lab";
    case GogColour::hsv:
      return "hsv";
    case GogColour::chromaticity:
      break;
  }
  return "nrnrg";
}

template <GogColour colour>
Feature gog_feature() {
  const std::string space = name_of(colour);
  return {"gog-" + space,
          "Gaussian of Gaussians, " + space,
          "gog 2; " + space,
          gog_size(colour),
          blocks({{space, gog_size(colour)}}, Damping::none),
          [](const Planes& rgb, float* out) { gog(rgb, colour, out); }};
}

Feature gog_fusion() {
  std::vector<std::pair<std::string, Index>> parts;
  Index size = 0;
  for (const GogColour colour : gog_colours) {
    parts.emplace_back(name_of(colour), gog_size(colour));
    size += gog_size(colour);
  }
  return {"gog",
          "Gaussian of Gaussians, four colour spaces",
          "gog 2; all",
          size,
          blocks(parts, Damping::none),
          [](const Planes& rgb, float* out) {
            for (const GogColour colour : gog_colours) {
              gog(rgb, colour, out);
              out += gog_size(colour);
            }
          }};
}

std::vector<Feature> make_features() {
  return {
      {"hist-lbp", "colour histograms and local binary patterns", "hist-lbp 2", histogram_size,
       blocks({{"colour", histogram_colours}, {"LBP", histogram_textures}}, Damping::logarithm),
       histogram_lbp},
      {"scncd", "salient colour names", "scncd 1", scncd_size,
       blocks({{"RGB", scncd_space_size},
               {"chromaticity", scncd_space_size},
               {"HSV", scncd_space_size},
               {"l1l2l3", scncd_space_size}},
              Damping::root),
       scncd},
      lomo_feature("lomo", "local maximal occurrence, Retinex colours", "retinex 2",
                   [](const Planes& rgb, float* out) { lomo(retinex(rgb, {}), grey_plane(rgb), {}, out); }),
      lomo_feature("lomo-plain", "local maximal occurrence, colours as they are", "plain",
                   [](const Planes& rgb, float* out) { lomo(rgb, grey_plane(rgb), {}, out); }),
      lomo_colours_feature(),
      lomo_feature(
          "lomo-original", "local maximal occurrence, Retinex, bins halved as in the first implementation",
          "retinex 2, halved bins",
          [](const Planes& rgb, float* out) { lomo(retinex(rgb, {}), grey_plane(rgb), {true}, out); }),
      lomo_feature("lomo-grey-world", "local maximal occurrence, grey-world colours", "grey world",
                   [](const Planes& rgb, float* out) { lomo(grey_world(rgb), grey_plane(rgb), {}, out); }),
      gog_fusion(),
      gog_feature<GogColour::rgb>(),
      gog_feature<GogColour::lab>(),
      gog_feature<GogColour::hsv>(),
      gog_feature<GogColour::chromaticity>(),
  };
}

}  // namespace

void Feature::extract(const Image& image, float* out) const {
  of_planes(rgb_planes(resize(image, feature_height, feature_width)), out);
}

const std::vector<Feature>& features() {
  static const std::vector<Feature> list = make_features();
  return list;
}

const Feature& find_feature(std::string_view name) {
  std::string names;
  for (const Feature& feature : features()) {
    if (feature.name == name) return feature;
    names += (names.empty() ? "" : ", ") + feature.name;
  }
  fail("there is no feature \"{}\"; there are: {}", name, names);
}

FeatureMatrix extract(const Feature& feature, const ImageSource& images, int threads,
                      const OnProgress& progress) {
  FeatureMatrix rows(images.count(), feature.size);
  require_no_failures(try_in_parallel(
      rows.count, threads, [&](Index i) { feature.extract(*images.image(i), rows.row(i).data()); },
      progress));
  return rows;
}

}  // namespace triptych
