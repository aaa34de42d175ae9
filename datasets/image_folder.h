#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "datasets/audit.h"
#include "datasets/dataset.h"

namespace triptych {

struct FolderImage {
  std::filesystem::path file;
  std::optional<std::string> identity;  // nothing: unknown, or a distractor
  int camera = -1;                      // 0, 1, ... in the order of the cameras' names; -1: unknown
};

// Any folder of images.
struct ImageFolder {
  std::vector<FolderImage> images;  // sorted by name
  std::string layout;               // what identities and cameras are known from; empty: they are unknown
  std::string why;                  // ... in that case, in words
  std::vector<Finding> findings;    // what else is in the folder (audit_folder)
};

// All images in a folder and its sub-folders, without hidden ones and without following links to folders; of
// an image file that one. With `labels`, identities and cameras are taken from the folder's layout
// (open_dataset), or from the images' names where all are like those of Market-1501; images that the layout
// passes over are there without. A folder without images, and one that cannot be read: Error.
ImageFolder images_below(const std::filesystem::path& where, bool labels);

// The folder as a data set for commands that embed: unknown people are distractors, an unknown camera is -1.
Dataset as_dataset(const ImageFolder& folder, const std::string& where);

}  // namespace triptych
