#pragma once
#include <string>
#include <vector>

#include "datasets/image_source.h"
#include "reid/em/em.h"

namespace triptych {

// The EM loop's labels of some training images.
struct MapsOnImages {
  const ImageSource& images;
  const std::vector<Index>& samples;  // the images that the labels are of, in the labels' order
  const PatchLabels& labels;
  Index crop_height, crop_width;  // the centre crop is what the patch grid covers
};

// The people whose maps are drawn: rows of `samples`, all images of the first `identities` of them, evenly
// spread.
std::vector<std::size_t> rows_to_draw(const Dataset& dataset, const std::vector<Index>& samples,
                                      std::size_t identities);

// A column for each chosen image: the image, its similarity map laid over it, and the image with its dropped
// patches (V = 0) darkened. A bar shows the scale of the colours, the same for all images, cameras and
// rounds.
Image map_sheet(const std::string& title, const MapsOnImages& maps, const std::vector<std::size_t>& rows);

// The average map over all images of each camera, over the average image, with the share of images that keep
// each patch beside it; on the same scale.
Image camera_sheet(const std::string& title, const MapsOnImages& maps, const Dataset& dataset);

}  // namespace triptych
