#pragma once
#include <filesystem>
#include <string>

#include "reid/features/feature.h"

namespace triptych {

struct CachedFeatures {
  FeatureMatrix rows;
  bool found;            // read from the file, not computed
  std::string sentence;  // what happened, as a message
};

// The feature of every image, from `folder`/NAME-KEY.features if that file is there, else computed and kept
// there. KEY is a hash of the content of all images, of their size here, and of the feature's parameters:
// other images, another order, another version of the feature are another file. A file that is cut off or
// damaged (it holds a checksum) is never used: the features are computed again, the file is replaced, and the
// sentence says so. A folder that cannot be written is no error: the features are not kept, and the sentence
// says so.
CachedFeatures cached_features(const std::filesystem::path& folder, const Feature& feature,
                               const ImageSource& images, int threads, const OnProgress& progress = {});

// The file's name.
std::filesystem::path cache_file(const std::filesystem::path& folder, const Feature& feature,
                                 const ImageSource& images);

}  // namespace triptych
