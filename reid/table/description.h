#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "reid/metrics/chi2.h"
#include "reid/table/split_view.h"

namespace triptych {

// The hand-crafted features of all images, computed (or read from the cache) on first use and concatenated
// for each method. The last concatenation is cached, because consecutive rows often use the same features.
class FeatureStore {
 public:
  // images: of the whole data set. say(line): reports the time of each feature, or the file it was read from.
  FeatureStore(ImageSource images, std::filesystem::path cache, int threads,
               std::function<void(const std::string&)> say);

  // The features of the list, concatenated, each preprocessed (log of counts, blocks scaled to length 1).
  Description describe(const std::vector<std::string>& features, bool with_chi2);
  // The same with a network's embedding [images, size] as a further histogram of length 1: its positive
  // elements, then the absolute values of its negative ones.
  Description describe(const std::vector<std::string>& features, std::span<const Real> embedding, Index size);

 private:
  void load(const std::vector<std::string>& features);
  PairTable table_of(const std::vector<Real>& rows, Index size) const;

  ImageSource images_;
  std::filesystem::path cache_;
  int threads_;
  std::function<void(const std::string&)> say_;

  std::vector<std::string> loaded_;                // the features in the arrays below
  std::shared_ptr<const std::vector<Real>> rows_;  // [images, size]
  std::vector<Block> blocks_;
  Index size_ = 0;
  // [images, images] each: small compared with the features.
  std::map<std::vector<std::string>, std::shared_ptr<const PairTable>> chi2_;
};

}  // namespace triptych
