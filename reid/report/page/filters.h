#pragma once
#include <vector>

#include "reid/report/page/tested.h"

namespace triptych {

// A place in an image to which a filter answers strongly.
struct StrongPatch {
  Index sample = 0;
  Index row = 0, column = 0;  // of the filter's centre, in the crop
  Real response = 0;          // sum over the window of weight * normalised pixel, without bias
  Image around;               // three windows high and wide, the filter's own in the middle
};

// A filter of the first layer, and where the images that a model is tested on answer to it most strongly.
struct FilterView {
  Image weights;                       // [kernel, kernel]: grey is 0, the largest weight black or white
  std::vector<StrongPatch> strongest;  // of different images, strongest first
};

// All filters of the first layer, each with its `count` strongest patches among at most 64 of the tested
// images.
std::vector<FilterView> first_filters(const Tested& tested, std::size_t count);

}  // namespace triptych
