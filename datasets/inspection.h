#pragma once
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace triptych {

// What only a look at every image tells.
struct Inspection {
  struct Size {
    Index height, width, images;
  };
  std::vector<Size> sizes;              // the commonest first
  std::vector<std::string> unreadable;  // one sentence for each image that cannot be read
  std::vector<std::string> warnings;    // the same image twice under different people or cameras
};

// Reads every image of a data set. Synthetic people are as large as asked for and never damaged: nothing is
// drawn.
Inspection inspect(const Dataset& dataset, int threads);

// A line for people on the sizes, and the warnings.
std::string summary(const Inspection& inspection);

}  // namespace triptych
