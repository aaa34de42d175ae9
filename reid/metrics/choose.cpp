#include "reid/metrics/choose.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "engine/error.h"
#include "engine/random.h"
#include "engine/stop.h"
#include "reid/evaluation/ranking.h"

namespace triptych {
namespace {

double rank1(std::span<const Real> distances, const FeatureRows& queries, const FeatureRows& gallery) {
  return rank_queries(distances, {queries.identity, queries.camera}, {gallery.identity, gallery.camera})
      .at_rank(1);
}

}  // namespace

std::vector<Fold> deal_folds(const TrainingView& training, const Validation& validation) {
  const std::set<std::int32_t> distinct(training.identity.begin(), training.identity.end());
  std::vector<std::int32_t> identities(distinct.begin(), distinct.end());
  require(validation.folds >= 2 && static_cast<int>(identities.size()) >= 2 * validation.folds,
          "{} training people cannot be dealt into {} folds of two and more", identities.size(),
          validation.folds);
  Random random(validation.seed);
  random.shuffle(std::span<std::int32_t>(identities));
  std::vector<Fold> folds(static_cast<std::size_t>(validation.folds));
  for (std::size_t f = 0; f < folds.size(); ++f) {
    std::set<std::int32_t> held_out;
    for (std::size_t p = f; p < identities.size(); p += folds.size()) held_out.insert(identities[p]);
    for (Index i = 0; i < training.features.count(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (!held_out.contains(training.identity[at]))
        folds[f].learn.push_back(i);
      else if (training.features.camera[at] == validation.gallery_camera)
        folds[f].gallery.push_back(i);
      else
        folds[f].queries.push_back(i);
    }
    require(!folds[f].queries.empty() && !folds[f].gallery.empty(),
            "a fold of the training people has no image from camera {}, or from no other",
            validation.gallery_camera);
  }
  return folds;
}

Choice choose_on_training(const TrainingView& training, std::size_t candidates,
                          const HeldOutDistances& distances, const Validation& validation) {
  require(candidates > 0, "there is nothing to choose from");
  const std::vector<Fold> folds = deal_folds(training, validation);
  Choice choice;
  choice.rank1.assign(candidates, 0);
  for (const Fold& fold : folds) {
    stop_point();
    const FeatureRows learn = gather(training.features, training.identity, fold.learn);
    const FeatureRows queries = gather(training.features, training.identity, fold.queries);
    const FeatureRows gallery = gather(training.features, training.identity, fold.gallery);
    for (std::size_t c = 0; c < candidates; ++c)
      choice.rank1[c] +=
          rank1(distances(c, learn.training(), queries.view(), gallery.view()), queries, gallery) /
          static_cast<double>(folds.size());
  }
  // Sums of the same ranks in the same order: equal candidates are equal to the bit, and the first one wins.
  choice.candidate = static_cast<std::size_t>(std::ranges::max_element(choice.rank1) - choice.rank1.begin());
  return choice;
}

Choice choose_on_training(const Device& device, const TrainingView& training, const std::string& name,
                          std::span<const MetricOptions> candidates, const Validation& validation) {
  return choose_on_training(
      training, candidates.size(),
      [&](std::size_t candidate, const TrainingView& learn, const FeatureView& queries,
          const FeatureView& gallery) {
        const auto metric = make_metric(name, device, candidates[candidate]);
        metric->fit(learn);
        if (metric->transductive()) metric->adapt(gallery);
        return distances(device, *metric, queries, gallery);
      },
      validation);
}

}  // namespace triptych
