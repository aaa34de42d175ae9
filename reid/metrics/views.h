#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/real.h"

namespace triptych {

class PairTable;

// Images as a metric may see them at test time: features and the camera of each. There are no identities
// here, so no metric can learn from the identities it is tested on.
struct FeatureView {
  std::span<const Real> rows;            // [count, size]
  Index size = 0;                        // dimensions
  std::span<const std::int32_t> camera;  // [count]

  // Optional: the rows are rows `image` of the table, whose chi-square distances are then not computed again.
  const PairTable* table = nullptr;
  std::span<const Index> image = {};  // [count]

  Index count() const { return static_cast<Index>(camera.size()); }
  std::span<const Real> row(Index i) const {
    return rows.subspan(static_cast<std::size_t>(i * size), static_cast<std::size_t>(size));
  }
};

// Images of training identities with their labels: the only input of `fit`.
struct TrainingView {
  FeatureView features;
  std::span<const std::int32_t> identity;  // [count]
};

// Owns what a view refers to: a selection of images from a list of features.
struct FeatureRows {
  std::vector<Real> rows;  // [count, size]
  Index size = 0;
  std::vector<std::int32_t> camera, identity;  // [count]
  const PairTable* table = nullptr;
  std::vector<Index> image;

  FeatureView view() const { return {rows, size, camera, table, image}; }
  TrainingView training() const { return {view(), identity}; }
};

// Rows `which` of all images; `identity` [all images] is empty where labels must not be known. With a table,
// row i of `all` is row i of the table.
FeatureRows gather(const FeatureView& all, std::span<const std::int32_t> identity,
                   std::span<const Index> which);

// Rows have one length, every image has a camera, and all values are finite: else an Error that says
// `what` (training, query, gallery) and where.
void require_valid(const FeatureView& features, const char* what);
void require_valid(const TrainingView& training);

}  // namespace triptych
