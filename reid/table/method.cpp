#include "reid/table/method.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/error.h"

namespace triptych {
namespace {

// Candidates with different numbers of principal directions.
std::vector<MetricOptions> directions(std::initializer_list<Index> numbers, double regularisation = -1) {
  std::vector<MetricOptions> candidates;
  for (const Index number : numbers) {
    MetricOptions options;
    options.pca = number;
    options.regularisation = regularisation;
    candidates.push_back(options);
  }
  return candidates;
}

// Candidates with different numbers of principal directions and of learned directions.
std::vector<MetricOptions> directions_kept(std::initializer_list<Index> numbers,
                                           std::initializer_list<Index> kept, double regularisation) {
  std::vector<MetricOptions> candidates;
  for (const Index dimensions : kept)
    for (MetricOptions options : directions(numbers, regularisation)) {
      options.dimensions = dimensions;
      candidates.push_back(options);
    }
  return candidates;
}

// Candidates with different numbers of factors, for methods on chi-square kernels.
Method of_kernels(Method method, std::initializer_list<Index> numbers) {
  method.chi2 = true;
  method.candidates.clear();
  for (const Index number : numbers) {
    MetricOptions options;
    options.kernel = MetricKernel::chi2;
    options.dimensions = number;
    method.candidates.push_back(options);
  }
  return method;
}

Method crafted(std::string slug, std::string name, std::string what, std::vector<std::string> features,
               std::string metric) {
  Method method;
  method.slug = std::move(slug), method.name = std::move(name), method.what = std::move(what);
  method.features = std::move(features), method.metric = std::move(metric);
  return method;
}

Method with(Method method, std::vector<MetricOptions> candidates) {
  method.candidates = std::move(candidates);
  return method;
}
Method centred(Method method) {
  method.camera_means = true;
  return method;
}
Method noted(Method method, std::string note) {
  method.note = std::move(note);
  return method;
}

Method network(std::string slug, std::string name, std::string recipe, std::string metric = "l2") {
  Method method;
  method.slug = std::move(slug), method.name = std::move(name), method.what = "network";
  method.recipe = std::move(recipe), method.metric = std::move(metric);
  return method;
}

// The features and the embedding of a network.
Method beside_network(Method method, std::string recipe) {
  method.recipe = std::move(recipe);
  return method;
}

Method with_held_out(Method method, std::string recipe) {
  method.held_out_recipe = std::move(recipe);
  return method;
}

Method joined(std::string slug, std::string name, std::string what, std::vector<std::string> members) {
  Method method;
  method.slug = std::move(slug), method.name = std::move(name), method.what = std::move(what);
  method.fused = std::move(members);
  return method;
}

// Distances added as they are, each query's scaled alike.
Method averaged(std::string slug, std::string name, std::string what, std::vector<std::string> members) {
  Method method = joined(std::move(slug), std::move(name), std::move(what), std::move(members));
  method.equal_weights = true;
  return method;
}

Method ablation(Method method) {
  method.most_splits = 3;
  return method;
}

Method from_viper(Method method) {
  method.needs_viper = true;
  method.note = "its weights began with 316 people of VIPeR: further data";
  return method;
}

// The rows of the paper's table 1, with the features that it names.
MethodGroup paper_rows() {
  return {"The paper's table",
          {centred(with(crafted("kissme", "KISSME", "histogram + LBP", {"hist-lbp"}, "kissme"),
                        directions({100, 150, 200, 250}, 0.1))),
           centred(with(crafted("eiml", "EIML", "histogram + LBP", {"hist-lbp"}, "eiml"),
                        directions_kept({150, 250}, {80, 120}, 0.5))),
           of_kernels(crafted("kpca", "KPCA", "LOMO", {"lomo"}, "kpca"), {0}),
           noted(of_kernels(crafted("kpls", "KPLS", "LOMO", {"lomo"}, "kpls"), {200}),
                 "fitted on the unlabelled gallery of the test people, by definition"),
           of_kernels(crafted("kpls-a", "KPLS Mode A", "LOMO", {"lomo"}, "kpls-mode-a"), {125, 100, 150}),
           noted(of_kernels(beside_network(crafted("kpls-a-network", "KPLS Mode A", "LOMO + network",
                                                   {"lomo"}, "kpls-mode-a"),
                                           "prid450s"),
                            {125}),
                 "what its authors' own program calls the features it reads: LOMO and a CNN's"),
           with_held_out(network("cnn-ernn", "CNN + ERNN", "prid450s"), "prid450s_held_out")}};
}

// One feature, a hundred principal directions, and every metric.
MethodGroup like_for_like() {
  MethodGroup group{"Metrics like for like: LOMO, 100 principal directions", {}};
  for (const auto& [metric, name] : {std::pair{"l2", "L2"},
                                     {"itml", "ITML"},
                                     {"lmnn", "LMNN"},
                                     {"mahalanobis", "Mahalanobis"},
                                     {"rlda", "RLDA"},
                                     {"kissme", "KISSME"},
                                     {"xqda", "XQDA"}})
    group.methods.push_back(
        with(crafted(fmt::format("lomo100-{}", metric), name, "LOMO, 100 directions", {"lomo"}, metric),
             directions({100})));
  return group;
}

MethodGroup features() {
  return {"Features",
          {centred(with(crafted("scncd-kissme", "KISSME", "salient colour names", {"scncd"}, "kissme"),
                        directions({70, 50, 100}, 0.05))),
           centred(crafted("lomo-xqda", "XQDA", "LOMO", {"lomo"}, "xqda")),
           crafted("lomo-xqda-svd", "XQDA by SVD", "LOMO", {"lomo"}, "xqda-svd"),
           crafted("lomo-null", "null space", "LOMO", {"lomo"}, "null-space"),
           of_kernels(crafted("x-kpls", "X-KPLS", "LOMO", {"lomo"}, "x-kpls"), {100}),
           of_kernels(
               crafted("kpls-a-both", "KPLS Mode A", "both LOMOs", {"lomo", "lomo-colours"}, "kpls-mode-a"),
               {125, 100, 150}),
           centred(crafted("lomos-xqda", "XQDA", "both LOMOs", {"lomo", "lomo-colours"}, "xqda")),
           centred(crafted("gog-rgb-xqda", "XQDA", "GOG, RGB", {"gog-rgb"}, "xqda")),
           centred(crafted("gog-xqda", "XQDA", "GOG, four colour spaces", {"gog"}, "xqda"))}};
}

MethodGroup everything() {
  const std::vector<std::string> all = {"lomo", "lomo-colours", "gog"};
  Method reranked = centred(crafted("hand-reranked", "XQDA, re-ranked", "both LOMOs + GOG", all, "xqda"));
  reranked.reranked = true;
  reranked.note =
      "k-reciprocal re-ranking supposes several images of a person in the gallery; here there is one";
  return {"Joined",
          {centred(crafted("hand", "XQDA", "both LOMOs + GOG", all, "xqda")), reranked,
           joined("cnn-ernn-hand", "CNN + ERNN with hand-crafted features", "network, LOMOs, GOG",
                  {"hand", "cnn-ernn"}),
           joined("hand-scores", "XQDA of all and of each, scores added", "both LOMOs, GOG",
                  {"hand", "lomos-xqda", "gog-xqda"}),
           joined("everything", "everything", "network, LOMOs, GOG",
                  {"hand", "lomos-xqda", "gog-xqda", "cnn-ernn"})}};
}

// Ablations of the network, on the first three splits.
MethodGroup network_ablation() {
  return {
      "The network, part by part",
      {ablation(network("ablation-cnn", "CNN alone", "ablation_cnn")),
       ablation(network("ablation-strips", "+ strips", "ablation_strips")),
       ablation(network("ablation-rnn", "+ recurrent tier", "ablation_rnn")),
       ablation(network("ablation-em", "+ EM loop", "ablation_em")),
       ablation(network("ablation-metric", "+ learned metric", "prid450s", "xqda")),
       ablation(network("pseudo", "without labels", "pseudo")),
       from_viper(ablation(network("viper-start", "CNN + ERNN that began with VIPeR", "prid450s_viper")))}};
}

// Networks of the same training people that began differently, alone and together: what their different
// mistakes are worth.
MethodGroup ensemble() {
  MethodGroup group{
      "Networks that began differently",
      {network("cnn-ernn-others", "CNN + ERNN, taught by other synthetic people", "prid450s_others"),
       network("cnn-ernn-random", "CNN + ERNN from random weights", "ablation_em"),
       network("cnn-strips-random", "CNN + strips from random weights", "ablation_strips"),
       averaged("cnn-ernn-ensemble", "CNN + ERNN and these three, distances added", "four networks",
                {"cnn-ernn", "cnn-ernn-others", "cnn-ernn-random", "cnn-strips-random"})}};
  for (Method& method : group.methods) method.takes_long = true;
  return group;
}

// Occluded queries: what the EM loop makes of occluders that training pastes, beside the same training
// without it, and beside the true masks as the limit. All from random weights, on all splits.
MethodGroup occluded_queries() {
  MethodGroup group{"Occluded queries", {}};
  for (const int percent : {25, 40})
    for (const auto& [suffix, name, recipe] : {std::tuple("", "without EM", "occluded"),
                                               {"-em", "with EM", "occluded_em"},
                                               {"-oracle", "with the true masks", "occluded_oracle"}}) {
      Method method = network(fmt::format("occluded-{}{}", percent, suffix),
                              fmt::format("{}% of each query occluded, {}", percent, name), recipe);
      method.occlude = percent / 100.0;
      method.true_masks = std::string_view(recipe) == "occluded_oracle";
      group.methods.push_back(method);
    }
  return group;
}

std::string known_slugs() {
  std::string names;
  for (const MethodGroup& group : method_groups())
    for (const Method& method : group.methods) names += (names.empty() ? "" : ", ") + method.slug;
  return names;
}

// A method, after the members that it fuses.
void add_with_members(const std::string& slug, std::vector<std::string>& chosen) {
  if (std::ranges::find(chosen, slug) != chosen.end()) return;
  for (const std::string& member : find_method(slug).fused) add_with_members(member, chosen);
  chosen.push_back(slug);
}

bool trains_a_network(const Method& method) {
  return method.needs_network() || std::ranges::any_of(method.fused, [](const std::string& member) {
           return trains_a_network(find_method(member));
         });
}

}  // namespace

const std::vector<MethodGroup>& method_groups() {
  static const std::vector<MethodGroup> groups = {paper_rows(),      like_for_like(), features(),
                                                  everything(),      ensemble(),      network_ablation(),
                                                  occluded_queries()};
  return groups;
}

const std::vector<std::string>& figure_methods() {
  static const std::vector<std::string> slugs = {"kissme", "eiml",     "kpca", "kpls",
                                                 "kpls-a", "cnn-ernn", "hand", "cnn-ernn-hand"};
  return slugs;
}

const Method& find_method(std::string_view slug) {
  for (const MethodGroup& group : method_groups())
    for (const Method& method : group.methods)
      if (method.slug == slug) return method;
  fail("there is no row '{}'; --rows takes all, fast, occluded, or some of: {}", slug, known_slugs());
}

std::vector<std::string> chosen_methods(const std::string& text) {
  std::vector<std::string> chosen;
  if (text == "all" || text == "fast") {
    for (const MethodGroup& group : method_groups())
      for (const Method& method : group.methods)
        if (!method.on_request() && (text == "all" || !trains_a_network(method)))
          chosen.push_back(method.slug);
    return chosen;
  }
  for (std::size_t first = 0; first <= text.size();) {
    const std::size_t comma = std::min(text.find(',', first), text.size());
    const std::string slug = text.substr(first, comma - first);
    if (slug == "occluded") {
      for (const MethodGroup& group : method_groups())
        for (const Method& method : group.methods)
          if (method.occlude > 0) add_with_members(method.slug, chosen);
    } else {
      add_with_members(slug, chosen);
    }
    first = comma + 1;
  }
  return chosen;
}

}  // namespace triptych
