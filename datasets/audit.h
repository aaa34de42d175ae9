#pragma once
#include <filesystem>
#include <span>
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
// whose name is that of distractors. Nothing for synthetic people.
std::vector<Finding> audit_names(const Dataset& dataset);

// The other contents of a folder of images; of its sub-folders only what is in them: for
// commands that search a folder without a layout. An image of a format that is not read makes a search wrong;
// sub-folders are only told.
std::vector<Finding> audit_folder(const std::filesystem::path& folder,
                                  std::span<const std::filesystem::path> used);

}  // namespace triptych
