#include "reid/table/searcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>

#include "datasets/splits.h"
#include "engine/error.h"
#include "reid/features/normalise.h"
#include "reid/metrics/choose.h"
#include "reid/metrics/fusion.h"
#include "reid/metrics/rerank.h"

namespace triptych {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The selected options in which the candidates differ: "80 principal directions, ...".
std::string describe_choice(std::span<const MetricOptions> candidates, const MetricOptions& chosen) {
  std::string text;
  const auto add = [&](auto member, const char* format) {
    const auto differs = [&](const MetricOptions& other) { return other.*member != candidates[0].*member; };
    if (std::ranges::any_of(candidates, differs))
      text += (text.empty() ? "" : ", ") + fmt::format(fmt::runtime(format), chosen.*member);
  };
  add(&MetricOptions::pca, "{} principal directions");
  add(&MetricOptions::dimensions, "{} dimensions");
  add(&MetricOptions::regularisation, "regularisation {:g}");
  add(&MetricOptions::weight, "weight {:g}");
  return text;
}

// A metric is found among as many directions as there are training images, or numbers of an image if those
// are fewer: the cube of that is minutes for 4,000, hours for the 12,936 images of Market-1501, and too
// much for reid/metrics from 6,000 on.
constexpr std::size_t most_directions = 6000, most_fitted = 4000;

// One descriptor and one metric.
class MetricSearcher : public Searcher {
 public:
  MetricSearcher(const Method& method, const SplitView& split, std::span<const Index> identities)
      : method_(method), device_(split.device), description_(split.describe(method)) {
    for (const Sample& sample : split.dataset.samples) {
      camera_.push_back(sample.camera);
      image_.push_back(static_cast<Index>(image_.size()));
    }
    std::vector<std::int32_t> identity;
    for (const Sample& sample : split.dataset.samples)
      identity.push_back(static_cast<std::int32_t>(sample.identity));
    const std::vector<Index> all = samples_for_training(split.dataset, identities);
    const bool too_many = std::min(all.size(), static_cast<std::size_t>(description_.size)) > most_directions;
    const std::vector<Index> fitted = too_many ? spread_over_cameras(split.dataset, all, most_fitted) : all;
    FeatureRows training = gather(everything(), identity, fitted);
    if (method.camera_means) {
      means_ = training_means(training);
      centre_rows(training);
    }
    const MetricOptions options = choose(training.training());
    metric_ = make_metric(method.metric, device_, options);
    metric_->fit(training.training());
    if (fitted.size() < all.size())
      chosen_ +=
          fmt::format("{}{} of {} training images", chosen_.empty() ? "" : ", ", fitted.size(), all.size());
  }

  void enter(std::span<const Index> gallery) override {
    const FeatureRows rows = seen(gallery);
    if (metric_->transductive()) metric_->adapt(rows.view());
    gallery_ = metric_->represent(rows.view());
  }

  std::vector<Real> distances(std::span<const Index> queries) override {
    const Representation query = metric_->represent(seen(queries).view());
    const std::vector<Real> direct = triptych::distances(device_, query, gallery_);
    if (!method_.reranked) return direct;
    return rerank(direct, triptych::distances(device_, query, query),
                  triptych::distances(device_, gallery_, gallery_), query.count, gallery_.count, {});
  }

  Index dimensions() const override { return metric_->dimensions(); }
  std::string chosen() const override { return chosen_; }
  double choosing_seconds() const override { return choosing_seconds_; }
  bool transductive() const override { return metric_->transductive() || method_.reranked; }

 private:
  // The rows of every image. Precomputed chi-square distances are valid for uncentred rows only.
  FeatureView everything() const {
    FeatureView view{*description_.rows, description_.size, camera_};
    if (!method_.camera_means && description_.chi2) view.table = description_.chi2.get(), view.image = image_;
    return view;
  }

  // Samples in the form that the metric takes, without identities.
  FeatureRows seen(std::span<const Index> samples) const {
    FeatureRows rows = gather(everything(), {}, samples);
    if (method_.camera_means) centre_rows(rows);
    return rows;
  }

  // The rows are moved into the type that reid/features operates on, and back.
  CameraMeans training_means(FeatureRows& training) const {
    std::vector<Index> all(training.camera.size());
    std::iota(all.begin(), all.end(), Index(0));
    FeatureMatrix matrix = take_rows(training);
    CameraMeans means = fit_camera_means(matrix, cameras_of(training), all);
    training.rows = std::move(matrix.values);
    return means;
  }
  void centre_rows(FeatureRows& rows) const {
    rows.rows = centre(description_.blocks, take_rows(rows), cameras_of(rows), means_).values;
  }
  static std::vector<int> cameras_of(const FeatureRows& rows) {
    return {rows.camera.begin(), rows.camera.end()};
  }
  static FeatureMatrix take_rows(FeatureRows& from) {
    FeatureMatrix matrix;
    matrix.count = static_cast<Index>(from.camera.size()), matrix.size = from.size;
    matrix.values = std::move(from.rows);
    return matrix;
  }

  MetricOptions choose(const TrainingView& training) {
    const auto& candidates = method_.candidates;
    if (candidates.size() == 1) return candidates[0];
    const auto start = std::chrono::steady_clock::now();
    const Choice choice = choose_on_training(device_, training, method_.metric, candidates, {});
    choosing_seconds_ = seconds_since(start);
    chosen_ = describe_choice(candidates, candidates[choice.candidate]);
    return candidates[choice.candidate];
  }

  const Method method_;
  Device device_;
  Description description_;
  std::vector<std::int32_t> camera_;
  std::vector<Index> image_;
  CameraMeans means_;
  std::unique_ptr<Metric> metric_;
  Representation gallery_;
  std::string chosen_;
  double choosing_seconds_ = 0;
};

std::vector<Index> others(std::span<const Index> identities, std::span<const Index> without) {
  std::vector<Index> rest;
  for (const Index identity : identities)
    if (std::ranges::find(without, identity) == without.end()) rest.push_back(identity);
  return rest;
}

// Held-out training identities are ranked among each other, in both directions between the cameras, by each
// member, which was fitted on the other identities alone. If a network is among the members, they are those
// that it was not trained on. The gallery contains no other identities: distances to identities that a member
// was fitted on are larger than to unseen ones, and would distort the scale of its scores.
std::vector<HeldOutScores> held_out_searches(const Method& fusion, const SplitView& split,
                                             std::span<const Index> identities) {
  std::vector<Index> held = hold_out(identities, static_cast<Index>(identities.size()) / 3, 1).test;
  std::vector<Method> members;
  for (const std::string& slug : fusion.fused) {
    members.push_back(find_method(slug));
    if (!members.back().needs_network()) continue;
    members.back().recipe = members.back().held_out_recipe;
    held = split.held_out(members.back());
  }
  require(!held.empty(),
          "the weights of '{}' are chosen on people whom its network did not learn from, and there are none: "
          "set `validation` in its held-out recipe",
          fusion.name);

  const Dataset& dataset = split.dataset;
  const auto camera = [&](Index i) { return dataset.samples[static_cast<std::size_t>(i)].camera; };
  std::vector<Index> one, other;
  const std::vector<Index> images = samples_for_training(dataset, held);
  for (const Index i : images) (camera(i) == camera(images.front()) ? one : other).push_back(i);

  const std::pair<std::vector<Index>, std::vector<Index>> directions[] = {{other, one}, {one, other}};
  std::vector<HeldOutScores> searches;
  for (const auto& [queries, gallery] : directions)
    searches.push_back({{}, who_is(dataset, queries).identity, who_is(dataset, gallery).identity});
  const std::vector<Index> learners = others(identities, held);
  for (const Method& method : members) {
    const auto member = learn(method, split, learners);
    for (std::size_t i = 0; i < searches.size(); ++i) {
      member->enter(directions[i].second);
      searches[i].matrices.push_back(member->distances(directions[i].first));
    }
  }
  return searches;
}

// A weighted sum of other rows' distances, with equal weights or with those that training identities choose.
// Each query's distances are first standardised to mean 0 and deviation 1, so that its result does not depend
// on the other queries.
class FusionSearcher : public Searcher {
 public:
  FusionSearcher(const Method& method, const SplitView& split, std::span<const Index> identities)
      : weights_(method.fused.size(), 1.0 / static_cast<double>(method.fused.size())) {
    if (!method.equal_weights) choose(method, split, identities);
    for (const std::string& slug : method.fused)
      members_.push_back(learn(find_method(slug), split, identities));
  }

  void enter(std::span<const Index> gallery) override {
    for (const auto& member : members_) member->enter(gallery);
    gallery_ = static_cast<Index>(gallery.size());
  }

  std::vector<Real> distances(std::span<const Index> queries) override {
    std::vector<std::vector<Real>> matrices;
    for (const auto& member : members_) matrices.push_back(member->distances(queries));
    return fuse_scores(matrices, weights_, gallery_);
  }

  Index dimensions() const override {
    Index sum = 0;
    for (const auto& member : members_) sum += member->dimensions();
    return sum;
  }
  std::string chosen() const override { return chosen_; }
  double choosing_seconds() const override { return choosing_seconds_; }
  bool transductive() const override {
    return std::ranges::any_of(members_, [](const auto& member) { return member->transductive(); });
  }

 private:
  void choose(const Method& method, const SplitView& split, std::span<const Index> identities) {
    const auto start = std::chrono::steady_clock::now();
    weights_ = likeliest_weights(held_out_searches(method, split, identities));
    choosing_seconds_ = seconds_since(start);
    for (std::size_t m = 0; m < weights_.size(); ++m)
      chosen_ += fmt::format("{}{} {:.3f}", m ? ", " : "weights: ", method.fused[m], weights_[m]);
  }

  std::vector<std::unique_ptr<Searcher>> members_;
  std::vector<double> weights_;
  Index gallery_ = 0;
  std::string chosen_;
  double choosing_seconds_ = 0;
};

}  // namespace

std::vector<Index> spread_over_cameras(const Dataset& dataset, std::span<const Index> samples,
                                       std::size_t most) {
  std::map<std::pair<Index, Index>, Index> seen;  // of an identity by a camera
  std::vector<std::pair<Index, Index>> by_turn;   // the turn of a sample, and the sample
  for (const Index i : samples) {
    const Sample& sample = dataset.samples[static_cast<std::size_t>(i)];
    by_turn.emplace_back(seen[{sample.identity, sample.camera}]++, i);
  }
  std::ranges::sort(by_turn);
  by_turn.resize(std::min(most, by_turn.size()));
  std::vector<Index> chosen;
  for (const auto& [turn, sample] : by_turn) chosen.push_back(sample);
  std::ranges::sort(chosen);
  return chosen;
}

std::unique_ptr<Searcher> learn(const Method& method, const SplitView& split,
                                std::span<const Index> identities) {
  if (method.is_fusion()) return std::make_unique<FusionSearcher>(method, split, identities);
  return std::make_unique<MetricSearcher>(method, split, identities);
}

}  // namespace triptych
