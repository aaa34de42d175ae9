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

// The hand-crafted features of all images, each computed (or read from the cache) when first asked for, and
// joined as the methods want them. What was joined last is kept: rows in turn often want the same.
class FeatureStore {
 public:
  // images: of the whole data set. say(line): told what each feature cost, or where it came from.
  FeatureStore(ImageSource images, std::filesystem::path cache, int threads,
               std::function<void(const std::string&)> say);

  // The features of the list side by side, each prepared (log of counts, blocks at length 1).
  Description describe(const std::vector<std::string>& features, bool with_chi2);
  // ... and beside them a network's embedding [images, size] as one more histogram of length 1: its positive
  // numbers, then its negative ones, turned positive.
  Description describe(const std::vector<std::string>& features, std::span<const Real> embedding, Index size);

 private:
  void load(const std::vector<std::string>& features);
  PairTable table_of(const std::vector<Real>& rows, Index size) const;

  ImageSource images_;
  std::filesystem::path cache_;
  int threads_;
  std::function<void(const std::string&)> say_;

  std::vector<std::string> loaded_;                // what is in the arrays below
  std::shared_ptr<const std::vector<Real>> rows_;  // [images, size]
  std::vector<Block> blocks_;
  Index size_ = 0;
  // [images, images] each: small beside the features.
  std::map<std::vector<std::string>, std::shared_ptr<const PairTable>> chi2_;
};

}  // namespace triptych
