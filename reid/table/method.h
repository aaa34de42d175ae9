#pragma once
#include <span>
#include <string>
#include <vector>

#include "reid/metrics/metric.h"

namespace triptych {

// One row of the table: a way to tell how far apart two images are, learned from the training people of a
// split.
//
//   features   of reid/features, concatenated in this order, or the embedding of a network trained by a
//              recipe, or with chi2 both side by side; then a metric of reid/metrics between them
//   fused      the distances of other rows, added with weights chosen on training people
struct Method {
  std::string slug;  // "lomo-xqda": names its files and --rows
  std::string name;  // "XQDA"
  std::string what;  // what it compares, for people: "LOMO"

  std::vector<std::string> features;
  // The same recipe with training people held out: a fusion chooses its weights on those, whom that network
  // never met.
  std::string held_out_recipe;
  // Of the network whose embedding is the feature, or one of them; empty: hand-crafted features alone.
  std::string recipe;
  // From every description the mean of its camera's training images is subtracted, before blocks are brought
  // to length 1.
  bool camera_means = false;
  std::string metric = "l2";
  // Several: the best on training people is taken (reid/metrics/choose.h), the first on a tie.
  std::vector<MetricOptions> candidates = {{}};
  bool chi2 = false;      // the metric works on chi-square distances, which are computed once for all splits
  bool reranked = false;  // k-reciprocal, with the usual k1 = 20, k2 = 6, lambda = 0.3

  std::vector<std::string> fused;  // slugs

  bool needs_viper = false;  // its network has seen VIPeR: further data, which the reader must have
  int most_splits = 0;       // ablations run on the first few splits; 0: all
  std::string note;          // what the reader of the table must know

  bool is_fusion() const { return !fused.empty(); }
  bool needs_network() const { return !recipe.empty(); }
};

// A titled part of the table.
struct MethodGroup {
  std::string title;
  std::vector<Method> methods;
};

// All rows, in the order in which the table shows them; a fusion comes after the rows it joins.
const std::vector<MethodGroup>& method_groups();

// The rows whose curves the figure shows, by slug: the paper's figure 3 and this project's best.
const std::vector<std::string>& figure_methods();

// An unknown slug is an Error that lists those there are.
const Method& find_method(const std::string& slug);

// The slugs that `text` names: "all", "fast" (no network is trained), or a list of slugs with commas; rows
// that a fusion joins come with it.
std::vector<std::string> chosen_methods(const std::string& text);

}  // namespace triptych
