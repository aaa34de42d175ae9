#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "tests/drawing/helpers.h"

namespace triptych::testing {

// pixels [count, height, width, 3] as images.
inline std::vector<Image> images_of(Index count, Index height, Index width,
                                    const std::vector<std::uint8_t>& pixels) {
  std::vector<Image> images(static_cast<std::size_t>(count), Image(height, width));
  for (Index i = 0; i < count; ++i)
    std::copy_n(pixels.begin() + i * height * width * 3, height * width * 3,
                images[static_cast<std::size_t>(i)].pixels.begin());
  return images;
}

// Small images under the given names, each with colours of its own.
inline void write_images(const TemporaryFolder& folder, const std::vector<std::string>& names) {
  std::uint64_t seed = 0;
  for (const std::string& name : names) write_png(folder / name, noise_image(4, 2, ++seed));
}

// Two cameras, `identities` people, one image each, drawn by nobody: for tests of what does not look at
// pixels.
inline Dataset made_up_dataset(Index identities, int cameras = 2, Index shots = 1) {
  Dataset dataset;
  dataset.identities = identities;
  dataset.cameras = cameras;
  for (int camera = 0; camera < cameras; ++camera)
    for (Index identity = 0; identity < identities; ++identity)
      for (Index shot = 0; shot < shots; ++shot) dataset.samples.push_back({identity, camera, {}, Part::any});
  for (Index identity = 0; identity < identities; ++identity)
    dataset.identity_names.push_back(std::to_string(identity));
  return dataset;
}

}  // namespace triptych::testing
