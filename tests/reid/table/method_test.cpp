#include "reid/table/method.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "engine/error.h"
#include "reid/features/feature.h"
#include "reid/table/definition.h"
#include "reid/table/published.h"

using namespace triptych;

TEST_CASE("every method's parts exist, and a fusion comes after what it joins") {
  std::set<std::string> known, metric_names;
  for (const MetricEntry& entry : metrics()) metric_names.insert(entry.name);
  for (const MethodGroup& group : method_groups())
    for (const Method& method : group.methods) {
      CAPTURE(method.slug);
      CHECK(known.insert(method.slug).second);  // no name twice
      for (const std::string& feature : method.features) CHECK_NOTHROW(find_feature(feature));
      CHECK(metric_names.count(method.metric));
      CHECK(!method.candidates.empty());
      for (const std::string& member : method.fused) CHECK(known.count(member));
      const bool beside_network = method.chi2 && !method.features.empty() && !method.recipe.empty();
      CHECK(int(method.features.empty()) + int(method.recipe.empty()) + int(method.fused.empty()) ==
            (beside_network ? 1 : 2));
    }
  for (const char* layout : {"PRID-450S", "VIPeR"})
    for (const Published& published : published_for(layout)) {
      CAPTURE(published.slug);
      CHECK(known.count(published.slug));  // no published figure without its row
    }
}

TEST_CASE("rows are chosen by name, and a fusion brings its members along") {
  const auto all = chosen_methods("all"), fast = chosen_methods("fast");
  CHECK(all.size() > fast.size());
  for (const std::string& slug : fast) CHECK(!find_method(slug).needs_network());
  const auto one = chosen_methods("kissme,lomo-xqda");
  CHECK(one == std::vector<std::string>{"kissme", "lomo-xqda"});
  const auto fused = chosen_methods("cnn-ernn-hand");
  CHECK(fused.size() > 1);
  CHECK(fused.back() == "cnn-ernn-hand");
  const auto occluded = chosen_methods("occluded");
  CHECK(occluded.size() == 6);
  for (const std::string& slug : occluded) {
    CHECK(slug.find("occluded") != std::string::npos);
    CHECK(std::ranges::find(all, slug) == all.end());  // on request alone
  }
  CHECK(find_method("occluded-40-em").occlude == 0.4);
  const auto ensemble = chosen_methods("cnn-ernn-ensemble");
  CHECK(ensemble.size() == 5);  // with its members
  CHECK(ensemble.back() == "cnn-ernn-ensemble");
  CHECK(std::ranges::find(all, "cnn-ernn-ensemble") == all.end());
  CHECK(recipes_of(find_method("cnn-ernn-ensemble")) ==
        std::vector<std::string>{"prid450s", "prid450s_others", "ablation_em", "ablation_strips"});
  CHECK_THROWS_WITH_AS(chosen_methods("kisme"), doctest::Contains("kissme"), Error);
  CHECK_THROWS_AS(chosen_methods(""), Error);
}
