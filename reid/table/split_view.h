#pragma once
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/device.h"
#include "reid/evaluation/protocol.h"
#include "reid/features/feature.h"
#include "reid/table/method.h"

namespace triptych {

// The descriptors of all images of a data set for one method. A fusion has several members with descriptors
// of their own, so rows are shared by reference counting.
struct Description {
  std::shared_ptr<const std::vector<Real>> rows;  // [samples, size]
  Index size = 0;                                 // dimensions
  std::vector<Block> blocks;                      // parts that are scaled to length 1 separately
  std::shared_ptr<const PairTable> chi2;          // distances of all pairs, if the method's metric uses them
};

// The input of all rows for one split: images, training identities, and the descriptors of a method. Test
// identities are left out, so that no method can fit on them.
struct SplitView {
  Device device;
  const Dataset& dataset;
  int number = 1;               // of the split
  std::vector<Index> training;  // identities
  std::function<Description(const Method&)> describe;
  // The training identities of this split that the network of a recipe was not trained on; fusion weights are
  // chosen on them.
  std::function<std::vector<Index>(const Method&)> held_out;
};

}  // namespace triptych
