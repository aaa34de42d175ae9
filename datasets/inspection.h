#pragma once
#include <string>
#include <vector>

#include "datasets/audit.h"

namespace triptych {

// What only a look at every image tells.
struct Inspection {
  struct Size {
    Index height, width, images;
  };
  std::vector<Size> sizes;              // the commonest first
  std::vector<std::string> unreadable;  // one sentence for each image that cannot be read
  // What names and pixels tell: beside audit_names the same image under two people, cameras or parts, images
  // that EXIF turns, and images that are nearly black.
  std::vector<Finding> findings;
};

// Reads every image of a data set. Synthetic people are as large as asked for and never damaged: nothing is
// drawn.
Inspection inspect(const Dataset& dataset, int threads);

// A line for people on the sizes, and the findings.
std::string summary(const Inspection& inspection);

}  // namespace triptych
