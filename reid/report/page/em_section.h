#pragma once
#include <string>
#include <vector>

#include "reid/em/labels_file.h"
#include "reid/report/page/image_store.h"
#include "reid/report/page/section.h"

namespace triptych {

// What an E step left behind, beside its number.
struct EmRound {
  Index round = 0;  // from 1
  SavedLabels saved;
  std::string quality = {};  // how well the maps show where to look, in words; empty: unknown
};

// The EM loop: of some identities, both images with their similarity map and their dropped patches after
// every round; over all training images, the average map and the share that keeps each patch, for each
// camera. All maps have one colour scale, "largest": of all rounds, identities and cameras.
Section em_section(const std::vector<EmRound>& rounds, const Dataset& dataset, const ImageSource& images,
                   const NetworkOptions& network, ImageStore& store);

}  // namespace triptych
