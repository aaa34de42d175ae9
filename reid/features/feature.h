#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/image_source.h"
#include "reid/features/planes.h"

namespace triptych {

// What is applied to a value before its block is scaled. Both damp high counts: log(1 + v), and the square
// root, under which the inner product of two histograms is their Hellinger affinity.
enum class Damping { none, logarithm, root };

// A range of dimensions that is scaled to length 1 by itself (normalise.h).
struct Block {
  std::string name;
  Index first, size;
  Damping damping;
};

// A hand-crafted descriptor: a function from an image to `size` values, without learning.
struct Feature {
  std::string name;         // as on a command line: "lomo"
  std::string description;  // a few words for a table
  std::string parameters;   // all that the values depend on besides the image; part of the cache's key
  Index size;
  std::vector<Block> blocks;  // in order, without gaps
  void (*of_planes)(const Planes& rgb, float* out);

  // The image is resized to 128 x 48 (height x width) first. out: [size].
  void extract(const Image& image, float* out) const;
};
constexpr Index feature_height = 128, feature_width = 48;

// hist-lbp, scncd, lomo, lomo-plain, lomo-colours, lomo-original, lomo-grey-world, gog, gog-rgb, gog-lab,
// gog-hsv, gog-nrnrg.
const std::vector<Feature>& features();

// An unknown name is an Error that lists those there are.
const Feature& find_feature(std::string_view name);

// One row of values for each image.
struct FeatureMatrix {
  Index count = 0, size = 0;
  std::vector<float> values;  // [count, size]

  FeatureMatrix() = default;
  FeatureMatrix(Index rows, Index columns)
      : count(rows), size(columns), values(static_cast<std::size_t>(rows * columns)) {}
  std::span<float> row(Index i) { return {values.data() + i * size, static_cast<std::size_t>(size)}; }
  std::span<const float> row(Index i) const {
    return {values.data() + i * size, static_cast<std::size_t>(size)};
  }
};

// Row i is the feature of the i-th image; the same bits for any number of threads. An empty image: Error.
FeatureMatrix extract(const Feature& feature, const ImageSource& images, int threads,
                      const OnProgress& progress = {});

}  // namespace triptych
