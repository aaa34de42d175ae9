#include "reid/loss/losses.h"

#include <numeric>

#include "engine/error.h"

namespace triptych {
namespace {

// 0, 1, ..., n - 1, each repeated: the right answer of every row when person i's counterpart is number i.
Tensor own_number(const Device& device, const Shape& shape) {
  std::vector<std::int32_t> target(static_cast<std::size_t>(shape.elements()));
  const Index repeat = shape.stride(0);
  for (std::size_t i = 0; i < target.size(); ++i)
    target[i] = static_cast<std::int32_t>(static_cast<Index>(i) / repeat);
  return Tensor::from(device, shape, std::span<const std::int32_t>(target));
}

Tensor as_real(const Tensor& bytes) {
  const std::vector<std::uint8_t> host = bytes.byte_values();
  const std::vector<Real> values(host.begin(), host.end());
  return Tensor::from(bytes.device(), bytes.shape(), std::span<const Real>(values));
}

// One direction: the patches of `from` look for their owners among `to`. -log s_ij for every patch,
// [P, rows, columns].
Variable patch_surprise(const Variable& from, const Variable& to, double temperature, Index reach) {
  const Variable logits = scale(patch_match(from, to, reach), Real(2 / temperature));
  const Shape& s = from.shape();
  return cross_entropy(logits, own_number(from.device(), {s[0], s[1], s[2]}));
}

}  // namespace

TwoViews two_views(const Variable& batch) {
  const Index n = batch.shape()[0];
  require(n % 2 == 0, "a batch of two views has an even number of images, not {}", n);
  return {slice(batch, 0, 0, n / 2), slice(batch, 0, n / 2, n / 2)};
}

Variable cross_camera_softmax(const Variable& embedding, double temperature) {
  const auto [first, second] = two_views(embedding);
  const Variable logits = scale(matmul(first, transpose(second)), Real(1 / temperature));
  const Tensor target = own_number(embedding.device(), {first.shape()[0]});
  const Variable there = mean(cross_entropy(logits, target)),
                 back = mean(cross_entropy(transpose(logits), target));
  return scale(add(there, back), Real(0.5));
}

Variable patch_loss(const Variable& patches, const Tensor& labels, double temperature, Index reach) {
  const auto [first, second] = two_views(l2_normalise(patches));
  const Tensor weights = as_real(labels);
  const std::vector<Real> v = weights.values();
  const double kept = std::accumulate(v.begin(), v.end(), 0.0);
  const Variable surprise = concatenate(
      {patch_surprise(first, second, temperature, reach), patch_surprise(second, first, temperature, reach)},
      0);
  return scale(sum(multiply(surprise, Variable(weights))), kept > 0 ? Real(1 / kept) : Real(0));
}

Variable gate_loss(const Variable& gate, const Tensor& labels) {
  return mean(binary_cross_entropy(gate, as_real(labels)));
}

Variable mined_triplet_loss(const Variable& embedding, std::span<const std::int32_t> identities,
                            const LossOptions& options, Random& random, MinedTriplets& mined) {
  const Variable distances = pairwise_squared_distances(embedding, embedding);
  mined = mine(options.mining, distances.value.values(), identities, options.margin, random);
  if (mined.count() == 0) return {};
  const Tensor triplets =
      Tensor::from(embedding.device(), {mined.count(), 3}, std::span<const std::int32_t>(mined.triplets));
  const TripletRule rule{Real(options.margin), Real(options.ceiling), Real(options.beta),
                         options.soft_margin};
  return mean(triplet_loss(distances, triplets, rule));
}

LossReport total_loss(const NetworkOutput& output, const LossInputs& inputs, const LossOptions& options,
                      Index reach, Random& random) {
  LossReport report;
  const auto include = [&](const char* name, double weight, const Variable& part) {
    report.parts.emplace_back(name, part);
    const Variable weighted = scale(part, Real(weight));
    report.total = report.total.value ? add(report.total, weighted) : weighted;
  };
  // Mining also gives the distances that every step logs, so it runs even when the triplet loss has no
  // weight.
  const Variable embedding = options.triplet_weight > 0 ? output.embedding : detach(output.embedding);
  const Variable triplet = mined_triplet_loss(embedding, inputs.identities, options, random, report.mined);
  if (options.triplet_weight > 0 && triplet.value) include("triplet", options.triplet_weight, triplet);
  if (options.softmax_weight > 0)
    include("softmax", options.softmax_weight, cross_camera_softmax(output.embedding, options.temperature));
  if (options.patch_weight > 0)
    include("patch", options.patch_weight,
            patch_loss(output.patches, inputs.labels, options.patch_temperature, reach));
  if (options.gate_weight > 0 && inputs.train_gate)
    include("gate", options.gate_weight, gate_loss(output.gate, inputs.labels));
  if (options.identity_weight > 0 && inputs.identity_logits.value)
    include("identity", options.identity_weight,
            mean(cross_entropy(inputs.identity_logits, inputs.identity)));
  return report;
}

}  // namespace triptych
