#pragma once
#include <string>
#include <vector>

#include "datasets/image_source.h"
#include "reid/network/model.h"

namespace triptych {

// One op of a forward pass.
struct WalkStep {
  std::string op, formula;
  Shape output;
  double seconds = 0;
};

// The forward pass of an image in inference: the crop, then the ops of each tier in their order.
struct Walk {
  Shape crop;
  std::vector<WalkStep> tiers[3];
};

// Of the i-th image of the set, in the plain view. Read off the tape of a second pass, because the first one
// includes the allocation of memory in its times.
Walk walk(const Model& model, const ImageSource& images, Index i);

}  // namespace triptych
