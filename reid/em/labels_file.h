#pragma once
#include <filesystem>
#include <vector>

#include "reid/em/em.h"

namespace triptych {

// The labels of the images `samples` as a safetensors file: v and map [images, rows, columns], samples
// [images]. One is written in every E step, for the report.
void save_labels(const std::filesystem::path& file, const PatchLabels& labels,
                 const std::vector<Index>& samples, const Device& device);

struct SavedLabels {
  std::vector<Index> samples;
  PatchLabels labels;
};
// Throws an Error that names the file if it holds no labels.
SavedLabels load_labels(const std::filesystem::path& file, const Device& device);

}  // namespace triptych
