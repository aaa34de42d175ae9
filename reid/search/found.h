#pragma once
#include <optional>
#include <string>
#include <vector>

#include "reid/search/image_index.h"

namespace triptych {

// The answer to a search, for people and for other programs.
struct FoundImage {
  std::string path;
  std::optional<std::string> identity;
  int camera = -1;      // -1: unknown
  double distance = 0;  // squared L2, 0..4 between vectors of length 1
};
struct FoundQuery {
  std::string query;
  std::vector<FoundImage> nearest;  // nearest first; one at least
};
struct Found {
  std::string gallery;
  IndexedModel model;
  Index images = 0;                 // that were searched
  std::optional<double> threshold;  // a person whose nearest image is further is not in the gallery
  std::vector<FoundQuery> queries;
  std::vector<std::string> left_out;  // a sentence for each image that could not be read

  bool in_gallery(const FoundQuery& query) const {
    return !threshold || query.nearest.front().distance <= *threshold;
  }
};

// {"gallery", "images", "model": {"file", "digest", "key"}, "distance": "squared L2", "threshold", "queries":
// [{"query", "in_gallery", "matches": [{"rank", "distance", "file", "person", "camera"}]}], "left_out"};
// person and camera (from 1) are null where they are unknown, threshold and in_gallery where none was asked
// for.
std::string found_json(const Found& found);

// query,rank,distance,file,person,camera: the columns of `embed`, and a row for each match.
inline constexpr const char* found_csv_header = "query,rank,distance,file,person,camera\n";
std::string found_csv(const Found& found);

// What is printed: for one query a table, for several the nearest image of each.
std::string found_text(const Found& found);

}  // namespace triptych
