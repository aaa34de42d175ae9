#include "reid/table/definition.h"

#include <algorithm>

#include "engine/json.h"
#include "reid/features/feature.h"

namespace triptych {
namespace {

using Json = nlohmann::ordered_json;

// Structured bindings name every member, so that adding a member to the struct is a compile error until it is
// handled here.
Json options_json(const MetricOptions& options) {
  const auto& [kernel, pca, whiten, camera_means, dimensions, regularisation, weight, steps, seed] = options;
  return {{"kernel", kernel == MetricKernel::chi2 ? "chi2" : "linear"},
          {"pca", pca},
          {"whiten", whiten},
          {"camera_means", camera_means},
          {"dimensions", dimensions},
          {"regularisation", regularisation},
          {"weight", weight},
          {"steps", steps},
          {"seed", seed}};
}

Json method_json(const Method& method) {
  const auto& [slug, name, what, features, held_out_recipe, recipe, camera_means, metric, candidates, chi2,
               reranked, fused, equal_weights, needs_viper, most_splits, note, occlude, true_masks,
               takes_long] = method;
  Json json = {{"features", Json::array()}, {"network", !recipe.empty()},  {"camera_means", camera_means},
               {"metric", metric},          {"candidates", Json::array()}, {"chi2", chi2},
               {"reranked", reranked}};
  for (const std::string& feature : features) json["features"].push_back(find_feature(feature).parameters);
  for (const MetricOptions& options : candidates) json["candidates"].push_back(options_json(options));
  if (occlude > 0) json["occlude"] = occlude, json["true_masks"] = true_masks;
  if (!fused.empty()) json["fused"] = Json::array();
  if (equal_weights) json["equal_weights"] = true;
  for (const std::string& member : fused) json["fused"].push_back(method_json(find_method(member)));
  return json;
}

void add_once(std::vector<std::string>& list, const std::string& name) {
  if (!name.empty() && std::ranges::find(list, name) == list.end()) list.push_back(name);
}

}  // namespace

std::string definition(const Method& method) {
  return json_dump(method_json(method));
}

std::vector<std::string> recipes_of(const Method& method) {
  std::vector<std::string> recipes, held_out;
  add_once(recipes, method.recipe);
  for (const std::string& slug : method.fused) {
    const Method& member = find_method(slug);
    add_once(recipes, member.recipe);
    if (!method.equal_weights) add_once(held_out, member.held_out_recipe);
  }
  for (const std::string& recipe : held_out) add_once(recipes, recipe);
  return recipes;
}

}  // namespace triptych
