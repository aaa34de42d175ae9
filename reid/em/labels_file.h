#pragma once
#include <filesystem>
#include <vector>

#include "reid/em/em.h"

namespace triptych {

// The labels of the images `samples` as a file that public libraries read too (safetensors): v and map
// [images, rows, columns], samples [images]. Beside each E step's sheets, so that its maps can be looked at
// later.
void save_labels(const std::filesystem::path& file, const PatchLabels& labels,
                 const std::vector<Index>& samples, const Device& device);

struct SavedLabels {
  std::vector<Index> samples;
  PatchLabels labels;
};
// An Error names a file that holds no labels.
SavedLabels load_labels(const std::filesystem::path& file, const Device& device);

}  // namespace triptych
