#pragma once
#include <span>
#include <vector>

#include "reid/metrics/views.h"

namespace triptych {

// What a camera does to every picture is in its mean. Subtracts the mean of the training pictures, of each camera apart when
// `per_camera`, and brings every block of the features to length 1 (GOG prescribes the former, both cameras together).
// The block sizes sum to the size of the features; LOMO has three blocks. Pictures of a camera that training has not
// seen: Error.
class Centring {
 public:
  Centring(const FeatureView& training, bool per_camera, std::span<const Index> blocks);
  void apply(std::span<Real> rows,
             std::span<const std::int32_t> camera) const;  // rows [count, size], in place
  FeatureRows operator()(const FeatureView& pictures) const;

 private:
  bool per_camera_;
  Index size_;
  std::vector<Index> blocks_;
  std::vector<std::int32_t> cameras_;  // ascending
  std::vector<Real> mean_;             // [cameras or 1, size]
};

}  // namespace triptych
