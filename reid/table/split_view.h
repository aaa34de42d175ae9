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

// All images of a data set as one method sees them. Whoever holds a description holds its rows: a joined row
// has several members, each with rows of its own.
struct Description {
  std::shared_ptr<const std::vector<Real>> rows;  // [samples, size]
  Index size = 0;                                 // numbers an image
  std::vector<Block> blocks;                      // parts that are scaled to length 1 by themselves
  std::shared_ptr<const PairTable> chi2;  // distances of all pairs, where the method's metric asks for them
};

// What all rows work on in one split: images, who trains, and how a method describes images. Test people are
// not in it: a row learns from nobody else than those whom it finds here.
struct SplitView {
  Device device;
  const Dataset& dataset;
  int number = 1;               // of the split
  std::vector<Index> training;  // people
  std::function<Description(const Method&)> describe;
  // The training people (of this split) whom the network of a recipe did not learn from: on them weights are
  // chosen.
  std::function<std::vector<Index>(const Method&)> held_out;
};

}  // namespace triptych
