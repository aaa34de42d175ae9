#include "reid/loss/losses.h"

#include <array>
#include <numeric>

#include "engine/error.h"
#include "kernels/kernels.h"

namespace triptych {
namespace {

// 0, 1, ..., n - 1, each repeated: the target of every row, since the match of identity i is column i.
Tensor own_number(const Device& device, const Shape& shape) {
  std::vector<std::int32_t> target(static_cast<std::size_t>(shape.elements()));
  const Index repeat = shape.stride(0);
  for (std::size_t i = 0; i < target.size(); ++i)
    target[i] = static_cast<std::int32_t>(static_cast<Index>(i) / repeat);
  return Tensor::constant(device, shape, std::span<const std::int32_t>(target));
}

Tensor as_real(const Tensor& bytes) {
  if (bytes.type() == Type::real) return bytes;
  const std::vector<std::uint8_t> host = bytes.byte_values();
  const std::vector<Real> values(host.begin(), host.end());
  return Tensor::constant(bytes.device(), bytes.shape(), std::span<const Real>(values));
}

// One direction: patches of `from` are queries, images of `to` are candidates. -log s_ij for every patch,
// [P, rows, columns].
Variable patch_surprise(const Variable& from, const Variable& to, double temperature, Index reach) {
  const Variable logits = scale(patch_match(from, to, reach), Real(2 / temperature));
  const Shape& s = from.shape();
  return cross_entropy(logits, own_number(from.device(), {s[0], s[1], s[2]}));
}

}  // namespace

std::vector<Variable> views_of(const Variable& batch, Index count) {
  const Index n = batch.shape()[0];
  require(count >= 2 && n % count == 0, "a batch of {} views has a multiple of {} images, not {}", count,
          count, n);
  std::vector<Variable> views;
  for (Index k = 0; k < count; ++k) views.push_back(slice(batch, 0, k * (n / count), n / count));
  return views;
}

Variable cross_camera_softmax(const Variable& embedding, double temperature, const Tensor& visible,
                              Index views) {
  const std::vector<Variable> embeddings = views_of(embedding, views);
  const std::vector<Variable> shares =
      visible ? views_of(Variable(visible), views) : std::vector<Variable>(embeddings.size());
  const Tensor target = own_number(embedding.device(), {embeddings[0].shape()[0]});
  std::vector<Variable> terms;
  const std::size_t pairs = views == 2 ? 1 : embeddings.size();  // of a ring
  for (std::size_t k = 0; k < pairs; ++k) {
    const std::size_t next = (k + 1) % embeddings.size();
    Variable cosine = matmul(embeddings[k], transpose(embeddings[next]));
    if (visible) cosine = multiply(cosine, Variable(visible_factor(shares[k].value, shares[next].value)));
    const Variable logits = scale(cosine, Real(1 / temperature));
    terms.push_back(mean(cross_entropy(logits, target)));             // there
    terms.push_back(mean(cross_entropy(transpose(logits), target)));  // and back
  }
  return weighted_sum(terms, std::vector<Real>(terms.size(), Real(1 / static_cast<double>(terms.size()))));
}

Variable patch_loss(const Variable& patches, const Tensor& labels, double temperature, Index reach,
                    Index views) {
  const std::vector<Variable> units = views_of(l2_normalise(patches), views);
  const Tensor weights = as_real(labels);
  const std::vector<Real> v = weights.values();
  const double kept = std::accumulate(v.begin(), v.end(), 0.0);
  std::vector<Variable> surprise;
  for (std::size_t k = 0; k < units.size(); ++k)
    surprise.push_back(patch_surprise(units[k], units[(k + 1) % units.size()], temperature, reach));
  return scale(sum(multiply(concatenate(surprise, 0), Variable(weights))),
               kept > 0 ? Real(1 / kept) : Real(0));
}

Variable gate_loss(const Variable& gate, const Tensor& labels) {
  return mean(binary_cross_entropy(gate, as_real(labels)));
}

namespace {

// Which triplets the distances select, the device can decide, and the host goes on without waiting. Where its
// memory is the host's there is nothing to wait for, and the host mines.
bool mines_on_device(const Device& device) {
  return !device.kernels().host_memory;
}

TripletRule rule_of(const LossOptions& options) {
  return {Real(options.margin), Real(options.ceiling), Real(options.beta), options.soft_margin};
}

Tensor triplet_tensor(const Device& device, const std::vector<std::int32_t>& triplets) {
  return Tensor::constant(device, {static_cast<Index>(triplets.size()) / 3, 3},
                          std::span<const std::int32_t>(triplets));
}

}  // namespace

Variable embedding_distances(const Variable& embedding, const Tensor& visible) {
  const Variable distances = pairwise_squared_distances(embedding, embedding);
  if (!visible) return distances;
  // 2 - 2 c with c = factor (1 - d / 2), for vectors of length 1
  const Variable factor(visible_factor(visible, visible));
  return (Real(2) - scale(factor, 2)) + multiply(distances, factor);
}

Variable mined_triplet_loss(const Variable& distances, const MinedTriplets& mined,
                            const LossOptions& options) {
  if (mined.count() == 0) return {};
  return mean(triplet_loss(distances, triplet_tensor(distances.device(), mined.triplets), rule_of(options)));
}

Variable active_triplet_loss(const Variable& distances, std::span<const std::int32_t> identities,
                             const LossOptions& options) {
  const std::vector<std::int32_t> all = all_triplets(identities);
  if (all.empty()) return {};
  const Tensor triplets = triplet_tensor(distances.device(), all);
  const Index count = triplets.shape()[0];
  const Tensor weights = active_triplets(distances.value, triplets, options.margin);
  const Variable losses = triplet_loss(distances, triplets, rule_of(options));
  return reshape(matmul(Variable(weights.reshaped({1, count})), reshape(losses, {count, 1})), {1});
}

Variable chosen_triplet_loss(const Variable& distances, std::span<const std::int32_t> identities,
                             const LossOptions& options) {
  const std::vector<std::int32_t> all = all_triplets(identities);
  if (all.empty()) return {};
  const bool is_hard = options.mining == Mining::hard;
  // One is chosen for each anchor, or for each anchor with each of its positives.
  Index chosen = 0;
  for (std::size_t t = 0; t < all.size(); t += 3)
    chosen += t == 0 || all[t] != all[t - 3] || (!is_hard && all[t + 1] != all[t - 2]);
  const Tensor triplets = triplet_tensor(distances.device(), all);
  const Index count = triplets.shape()[0];
  const Tensor weights =
      chosen_triplets(distances.value, triplets, is_hard ? TripletChoice::hard : TripletChoice::semihard);
  const Variable share = scale(Variable(weights.reshaped({1, count})), Real(1 / static_cast<double>(chosen)));
  const Variable losses = triplet_loss(distances, triplets, rule_of(options));
  return reshape(matmul(share, reshape(losses, {count, 1})), {1});
}

Variable device_triplet_loss(const Variable& distances, std::span<const std::int32_t> identities,
                             const LossOptions& options, Random& random) {
  if (options.mining == Mining::all) return active_triplet_loss(distances, identities, options);
  if (options.mining != Mining::random) return chosen_triplet_loss(distances, identities, options);
  // Drawn from the identities alone: the distances do not matter.
  const std::vector<Real> any(identities.size() * identities.size());
  return mined_triplet_loss(distances, mine(Mining::random, any, identities, options.margin, random),
                            options);
}

LossReport total_loss(const NetworkOutput& output, const LossInputs& inputs, const LossOptions& options,
                      Index reach, Random& random) {
  LossReport report;
  std::vector<Variable> parts;
  std::vector<Real> weights;
  const auto include = [&](const char* name, double weight, const Variable& part) {
    report.parts.emplace_back(name, part);
    parts.push_back(part), weights.push_back(static_cast<Real>(weight));
  };
  // Every step logs the distances, so they are computed even if the triplet loss has weight 0.
  const Variable embedding = options.triplet_weight > 0 ? output.embedding : detach(output.embedding);
  const Variable distances = embedding_distances(embedding, output.visible);
  report.distances = distances.value;
  Variable triplet;
  if (mines_on_device(distances.device())) {
    triplet = device_triplet_loss(distances, inputs.identities, options, random);
  } else {
    report.mined = mine(options.mining, distances.value.values(), inputs.identities, options.margin, random);
    triplet = mined_triplet_loss(distances, *report.mined, options);
  }
  if (options.triplet_weight > 0 && triplet.value) include("triplet", options.triplet_weight, triplet);
  if (options.softmax_weight > 0)
    include("softmax", options.softmax_weight,
            cross_camera_softmax(output.embedding, options.temperature, output.visible, inputs.views));
  if (options.patch_weight > 0)
    include("patch", options.patch_weight,
            patch_loss(inputs.score == EScore::projected ? output.cells : output.patches, inputs.labels,
                       options.patch_temperature, reach, inputs.views));
  if (options.gate_weight > 0 && inputs.train_gate)
    include("gate", options.gate_weight, gate_loss(output.gate, inputs.labels));
  if (options.identity_weight > 0 && inputs.identity_logits.value)
    include("identity", options.identity_weight,
            mean(cross_entropy(inputs.identity_logits, inputs.identity, Real(options.label_smoothing))));
  if (!parts.empty()) report.total = weighted_sum(parts, weights);
  return report;
}

}  // namespace triptych
