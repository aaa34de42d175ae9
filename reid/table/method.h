#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reid/metrics/metric.h"

namespace triptych {

// One row of the table: a distance between images, learned on the training identities of a split.
//
//   features   of reid/features, concatenated in this order, or the embedding of a network trained by a
//              recipe, or with chi2 both concatenated; then a metric of reid/metrics
//   fused      a weighted sum of the distances of other rows, with weights chosen on training identities,
//              or with equal weights
struct Method {
  std::string slug;  // "lomo-xqda": in file names and for --rows
  std::string name;  // "XQDA"
  std::string what;  // the features, as displayed: "LOMO"

  std::vector<std::string> features;
  // The same recipe with held-out training identities, on which a fusion chooses its weights.
  std::string held_out_recipe;
  // Recipe of the network whose embedding is a feature; empty: hand-crafted features alone.
  std::string recipe;
  // Subtract the mean over the camera's training images from every descriptor, before blocks are scaled to
  // length 1.
  bool camera_means = false;
  std::string metric = "l2";
  // If there are several, the best one on training identities is used (reid/metrics/choose.h), the first on a
  // tie.
  std::vector<MetricOptions> candidates = {{}};
  bool chi2 = false;      // the metric works on chi-square distances, which are computed once for all splits
  bool reranked = false;  // k-reciprocal, with the usual k1 = 20, k2 = 6, lambda = 0.3

  std::vector<std::string> fused;  // slugs
  bool equal_weights = false;      // of the fused rows; nothing is chosen, so no identity is held out for it

  bool needs_viper = false;  // its network is pre-trained on VIPeR, which must be available
  int most_splits = 0;       // for ablations, the number of splits that are run; 0: all
  std::string note;          // footnote of the row

  double occlude = 0;       // share of each query that is pasted over; a network is then compared as its own
                            // options say (--visible), without a metric of its own
  bool true_masks = false;  // upper limit: the true masks of the occluders say what is visible

  bool takes_long = false;  // in no table unless it is asked for
  bool on_request() const { return takes_long || occlude > 0; }
  bool is_fusion() const { return !fused.empty(); }
  bool needs_network() const { return !recipe.empty(); }
};

// A group of rows with a title.
struct MethodGroup {
  std::string title;
  std::vector<Method> methods;
};

// All rows, in display order; a fusion comes after its members.
const std::vector<MethodGroup>& method_groups();

// The rows in the CMC figure, by slug: those of the paper's figure 3 and the best of this project.
const std::vector<std::string>& figure_methods();

// An unknown slug is an Error that lists the known ones.
const Method& find_method(std::string_view slug);

// The slugs selected by `text`: "all" but those on request, "fast" (rows without a network), or a
// comma-separated list of slugs, among which "occluded" stands for all rows on occluded queries. The members
// of a fusion are included.
std::vector<std::string> chosen_methods(const std::string& text);

}  // namespace triptych
