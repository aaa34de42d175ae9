#pragma once
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace triptych {

// Something odd about a data set, and what to do about it.
struct Finding {
  std::string sentence;
  bool wrong = false;  // figures that are measured on this data set would be wrong
};

// What names and folders tell: images that the layout passes over (by ending and by folder), cameras that are
// frame numbers or the same camera written in two ways, people in the training and in the test part, people
// whose name means nobody. Nothing for synthetic people.
std::vector<Finding> audit_names(const Dataset& dataset);

}  // namespace triptych
