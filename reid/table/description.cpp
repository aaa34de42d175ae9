#include "reid/table/description.h"

#include <algorithm>
#include <numeric>

#include "reid/features/cache.h"
#include "reid/features/normalise.h"

namespace triptych {

FeatureStore::FeatureStore(std::vector<Picture> pictures, std::filesystem::path cache, int threads,
                           std::function<void(const std::string&)> say)
    : pictures_(std::move(pictures)), cache_(std::move(cache)), threads_(threads), say_(std::move(say)) {}

void FeatureStore::load(const std::vector<std::string>& features) {
  if (features == loaded_) return;
  loaded_.clear(), blocks_.clear();
  std::vector<FeatureMatrix> parts;
  Index size = 0;
  for (const std::string& name : features) {
    const Feature& feature = find_feature(name);
    CachedFeatures cached = cached_features(cache_, feature, pictures_, threads_);
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
    auto found = chi2_.find(features);
    if (found == chi2_.end()) {
      // No camera is needed to tell histograms apart.
      const std::vector<std::int32_t> camera(pictures_.size(), 0);
      found = chi2_.emplace(features, PairTable({*rows_, size_, camera}, threads_)).first;
    }
    description.chi2 = &found->second;
  }
  return description;
}

}  // namespace triptych
