#pragma once
#include <filesystem>
#include <string>

#include "apps/options.h"

namespace triptych {

// What `triptych rank` is asked for.
struct RankRequest {
  std::string model, query, gallery;
  std::string out, json, csv;  // files; empty: none
  int top = 10;
  int query_camera = 0,
      gallery_camera = 0;  // of the data the model learned from, from 1; 0: another, or unknown
  std::string threshold;   // a squared distance, or "auto"; empty: none
  int probes = 0;          // of an approximate search (reid/search/approximate.h); 0: an exact one
  DeviceChoice device;
};

// Embeds the query or every image of a folder of queries, searches the gallery, prints the nearest images and
// writes them as JSON, CSV or as a drawing beside the query. The gallery is a folder, whose images are
// embedded, too, or an index. Images that cannot be read are named and left out. A model that knows its
// cameras' colours (camera-colours, test-centre) is better where it is told which camera took an image;
// another number than one of its cameras is an Error. Several ranks (engine/ranks.h) share the embedding and
// the search; the first one prints and writes.
void rank(const RankRequest& request, const Device& device);

}  // namespace triptych
