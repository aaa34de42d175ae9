#pragma once
#include <string>
#include <vector>

#include "datasets/picture_set.h"
#include "reid/em/em.h"

namespace triptych {

// What the EM loop holds of some training pictures.
struct MapsOnPictures {
  const PictureSet& pictures;
  const std::vector<Index>& samples;  // the pictures that the labels are of, in the labels' order
  const PatchLabels& labels;
  Index crop_height, crop_width;  // the centre crop is what the patch grid covers
};

// The people whose maps are drawn: rows of `samples`, all pictures of the first `people` of them, evenly spread.
std::vector<std::size_t> rows_to_draw(const Dataset& dataset, const std::vector<Index>& samples,
                                      std::size_t people);

// A column for each chosen picture: the picture, its similarity map laid over it (scaled so that its own largest value
// is the lightest), and the picture with its dropped patches (V = 0) darkened.
Picture map_sheet(const std::string& title, const MapsOnPictures& maps, const std::vector<std::size_t>& rows);

// The average map over all pictures of each camera, over the average picture, with the share of pictures that keep each
// patch beside it.
Picture camera_sheet(const std::string& title, const MapsOnPictures& maps, const Dataset& dataset);

}  // namespace triptych
