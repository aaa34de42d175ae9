#pragma once
#include <filesystem>
#include <string>

#include "apps/options.h"

namespace triptych {

// What `triptych rank` is asked for.
struct RankRequest {
  std::string model, query, gallery, out;
  int top = 10;
  DeviceChoice device;
};

// Embeds the query and every picture in the gallery folder, prints the nearest ones and draws them beside the query.
// Pictures in the folder that cannot be read are named and left out.
void rank(const RankRequest& request, Device& device);

}  // namespace triptych
