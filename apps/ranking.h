#pragma once
#include <filesystem>
#include <string>

#include "apps/options.h"

namespace triptych {

// What `triptych rank` is asked for.
struct RankRequest {
  std::string model, query, gallery, out;
  int top = 10;
  int query_camera = 0,
      gallery_camera = 0;  // of the data the model learned from, from 1; 0: another, or unknown
  DeviceChoice device;
};

// Embeds the query and every image in the gallery folder, prints the nearest ones and draws them beside the
// query. Images in the folder that cannot be read are named and left out. A model that knows its cameras'
// colours (camera-colours, test-centre) is better where it is told which camera took an image; another number
// than one of its cameras is an Error.
void rank(const RankRequest& request, const Device& device);

}  // namespace triptych
