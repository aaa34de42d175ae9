#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reid/evaluation/protocol.h"

namespace triptych {

// Open set: the person of a query may not be in the gallery at all, so a search answers only within a
// threshold t of the distance.
//
//   TPIR(t)  true positive identification rate: the share of queries whose nearest gallery image shows their
//            person, at a distance of at most t
//   FAR(t)   false alarm rate: the share of searches for a person who is not in the gallery that find
//            somebody within t
//
// A query is a search of both kinds. For the second, the images of its own person are taken out of the
// gallery, so that the nearest image of anybody else decides. FAR is of a whole search and not of a pair: it
// grows with the gallery, and a threshold holds for galleries of the size for which it was chosen.

struct OpenSearch {
  double genuine = 0;   // distance of the nearest right image: the person's, by another camera
  double impostor = 0;  // of the nearest image of somebody else, or of nobody
  bool operator==(const OpenSearch&) const = default;
};

// One for each query with a right image in the gallery. Images of the query's person by its own camera are
// ignored, as in Ranking. rows: [queries, size] and [gallery, size], by squared L2 distance. A NaN: Error.
std::vector<OpenSearch> open_searches(const Device& device, std::span<const Real> query_rows,
                                      const Who& queries, std::span<const Real> gallery_rows,
                                      const Who& gallery, Index size);

// The largest threshold at which at most a share `far` of the searches raises a false alarm.
double threshold_at(std::span<const OpenSearch> searches, double far);

struct OpenRates {
  double tpir = 0, far = 0;  // in percent
};
OpenRates rates_at(std::span<const OpenSearch> searches, double threshold);

inline constexpr double reported_fars[] = {0.01, 0.001};

// Thresholds of a model, chosen on people of the training side alone.
struct OpenThreshold {
  double far = 0, threshold = 0;
};
struct OpenThresholds {
  std::string model;              // SHA-256 of the model's file
  std::string people;             // "training people", or "held-out people"
  Index searches = 0;             // that they were chosen on
  Index gallery = 0;              // images in whose gallery
  std::vector<OpenThreshold> at;  // for reported_fars
};
OpenThresholds choose_thresholds(std::span<const OpenSearch> searches, Index gallery, std::string people);

// thresholds.json, which stands beside a model for `rank --threshold auto`. Errors name `origin`.
inline constexpr const char* thresholds_file = "thresholds.json";
std::string to_json(const OpenThresholds& thresholds);
OpenThresholds thresholds_from_json(const std::string& text, const std::string& origin);

// Searches among people of the training side, as the test of this name does them: "camera", "pair", or for
// "fixed" one image of each person and camera, the first, searched for among all the others.
Protocol training_protocol(const Dataset& dataset, std::span<const Index> identities, const std::string& name,
                           int gallery_camera);

}  // namespace triptych
