#include "reid/table/description.h"

#include <algorithm>
#include <numeric>

#include "reid/features/cache.h"
#include "reid/features/normalise.h"

namespace triptych {

FeatureStore::FeatureStore(ImageSource images, std::filesystem::path cache, int threads,
                           std::function<void(const std::string&)> say)
    : images_(std::move(images)), cache_(std::move(cache)), threads_(threads), say_(std::move(say)) {}

void FeatureStore::load(const std::vector<std::string>& features) {
  if (features == loaded_) return;
  loaded_.clear(), blocks_.clear();
  std::vector<FeatureMatrix> parts;
  Index size = 0;
  for (const std::string& name : features) {
    const Feature& feature = find_feature(name);
    CachedFeatures cached = cached_features(cache_, feature, images_, threads_);
    say_(cached.sentence);
    parts.push_back(prepare(feature, std::move(cached.rows)));
    for (Block block : feature.blocks) {
      block.first += size;
      blocks_.push_back(block);
    }
    size += feature.size;
  }
  FeatureMatrix joined = parts.size() == 1 ? std::move(parts[0]) : concatenate(parts);
  rows_ = std::make_shared<const std::vector<Real>>(std::move(joined.values));
  size_ = size;
  loaded_ = features;
}

Description FeatureStore::describe(const std::vector<std::string>& features, bool with_chi2) {
  load(features);
  Description description{rows_, size_, blocks_, nullptr};
  if (with_chi2) {
    std::shared_ptr<const PairTable>& table = chi2_[features];
    if (!table) table = std::make_shared<const PairTable>(table_of(*rows_, size_));
    description.chi2 = table;
  }
  return description;
}

Description FeatureStore::describe(const std::vector<std::string>& features, std::span<const Real> embedding,
                                   Index size) {
  const Description crafted = describe(features, true);
  FeatureMatrix left, right;
  left.count = right.count = images_.count();
  left.size = crafted.size, left.values = *crafted.rows;
  right.size = 2 * size;
  for (Index i = 0; i < right.count; ++i) {
    const std::span<const Real> row =
        embedding.subspan(static_cast<std::size_t>(i * size), static_cast<std::size_t>(size));
    for (const Real value : row) right.values.push_back(std::max(value, Real(0)));
    for (const Real value : row) right.values.push_back(std::max(-value, Real(0)));
  }
  Feature signs;
  signs.name = "embedding", signs.size = right.size;
  signs.blocks = {{"embedding", 0, right.size, Damping::none}};
  right = prepare(signs, std::move(right));
  Description joined{nullptr, left.size + right.size, crafted.blocks, nullptr};
  joined.blocks.push_back({signs.name, left.size, right.size, Damping::none});
  joined.chi2 = std::make_shared<const PairTable>(crafted.chi2->beside(table_of(right.values, right.size)));
  joined.rows = std::make_shared<const std::vector<Real>>(
      concatenate(std::vector{std::move(left), std::move(right)}).values);
  return joined;
}

// Chi-square distances of histograms do not depend on the camera.
PairTable FeatureStore::table_of(const std::vector<Real>& rows, Index size) const {
  const std::vector<std::int32_t> camera(static_cast<std::size_t>(images_.count()), 0);
  return PairTable({rows, size, camera}, threads_);
}

}  // namespace triptych
