#include "reid/network/network.h"

#include <cmath>

#include "engine/batch_split.h"
#include "engine/error.h"

namespace triptych {

Network::Network(const Device& device, const NetworkOptions& options, std::uint64_t seed)
    : device_(device),
      options_(options),
      tier1_(device, Random(seed).split(1), options),
      tier2_(device, Random(seed).split(2), options),
      tier3_(device, Random(seed).split(3), options, tier2_.outputs()) {
  if (options.temporal != Temporal::none)
    temporal_ = std::make_unique<TemporalTier>(device, Random(seed).split(4), options.temporal,
                                               options.strips, tier2_.outputs());
  if (options.neck == Neck::bn) neck_ = std::make_unique<BatchNorm>(device, embedding_size());
}

NetworkOutput Network::operator()(const Variable& images, const PatchSelection& selection, Mode mode,
                                  Random& noise) {
  NetworkOutput out = read(images, mode, noise);
  pool(out, selection, mode);
  return out;
}

NetworkOutput Network::read(const Variable& images, Mode mode, Random& noise) {
  const Shape& s = images.shape();
  require(s.axes() == 4 && s[1] == options_.crop_height && s[2] == options_.crop_width && s[3] == 3,
          "the network takes images of shape [n, {}, {}, 3], not {}", options_.crop_height,
          options_.crop_width, s.text());
  NetworkOutput out;
  out.map = tier1_(images, mode);
  if (options_.gate == GateKind::context) out.map = whole_batch(out.map);  // the gate reads it
  out.cells = tier2_.project(out.map, mode, noise);
  out.patches = tier2_.read(out.cells);
  out.gate = tier3_.gate(out.map, out.patches);
  return out;
}

void Network::pool(NetworkOutput& out, const PatchSelection& selection, Mode mode, Index frames) {
  out.pooled = tier3_.pool(out.patches, out.gate, selection);
  if (temporal_) out.pooled = (*temporal_)(out.pooled, frames);
  embed(out, selection, mode);
}

Tensor Network::pool_frames(const Tensor& images, PatchSelection::By by) {
  Random unused(0);
  const NetworkOutput out = read(Variable(images), Mode::infer, unused);
  return tier3_.pool(out.patches, out.gate, PatchSelection{by, {}, {}}).value;
}

NetworkOutput Network::infer_sequence(const Tensor& pooled) {
  require(temporal_ != nullptr, "this network reads single images; only --temporal makes one of sequences");
  NetworkOutput out;
  out.pooled = (*temporal_)(Variable(pooled), pooled.shape()[0]);
  embed(out, {}, Mode::infer);
  return out;
}

// From pooled strips to an embedding. The neck's batch norm takes identities to where one classifier
// separates them, and cosines compare well there; distances in the triplet loss are of the space before it.
void Network::embed(NetworkOutput& out, const PatchSelection& selection, Mode mode) {
  if (neck_) out.neck = (*neck_)(out.pooled, mode);
  const Variable& feature = neck_ && mode == Mode::infer ? out.neck : out.pooled;
  if (!options_.unit_strips) {
    out.embedding = l2_normalise(feature);
    return;
  }
  const Index n = out.pooled.shape()[0], strips = options_.strips;
  out.strips = l2_normalise(reshape(feature, {n, strips, patch_size()}));
  Variable weighted = out.strips;
  if (options_.visible) {
    out.visible = strip_shares(out.gate.value, selection, strips);
    weighted = multiply(weighted, Variable(out.visible.reshaped({n, strips, 1})));
  }
  out.embedding = l2_normalise(reshape(weighted, {n, strips * patch_size()}));
}

NetworkOutput Network::infer(const Tensor& images, PatchSelection::By by) {
  return infer(images, PatchSelection{by, {}, {}});
}

NetworkOutput Network::infer(const Tensor& images, const PatchSelection& selection) {
  Random unused(0);
  return (*this)(Variable(images), selection, Mode::infer, unused);
}

Tensor visible_factor(const Tensor& a, const Tensor& b) {
  const std::vector<Real> x = a.values(), y = b.values();
  const auto strips = static_cast<std::size_t>(a.shape()[1]), n = x.size() / strips, m = y.size() / strips;
  const auto length = [&](const std::vector<Real>& w, std::size_t row) {
    double squares = 0;
    for (std::size_t s = 0; s < strips; ++s) squares += std::pow(static_cast<double>(w[row * strips + s]), 2);
    return std::sqrt(squares);
  };
  std::vector<double> lengths;
  for (std::size_t j = 0; j < m; ++j) lengths.push_back(length(y, j));
  std::vector<Real> factor;
  for (std::size_t i = 0; i < n; ++i) {
    const double own = length(x, i);
    for (std::size_t j = 0; j < m; ++j) {
      double both = 0;
      for (std::size_t s = 0; s < strips; ++s)
        both += static_cast<double>(x[i * strips + s]) * static_cast<double>(y[j * strips + s]);
      factor.push_back(static_cast<Real>(own * lengths[j] / both));
    }
  }
  return Tensor::from(a.device(), {static_cast<Index>(n), static_cast<Index>(m)},
                      std::span<const Real>(factor));
}

Tensor Network::attention(const Tensor& images) {
  return tier2_.attention(tier1_(Variable(images), Mode::infer));
}

ParameterList Network::parameters() {
  ParameterList list;
  tier1_.list("tier1", list);
  tier2_.list("tier2", list);
  tier3_.list("tier3", list);
  if (temporal_) temporal_->list("temporal", list);
  // The neck has no shift of its own (Luo et al. 2019): beta stays 0, since nobody trains it.
  if (neck_) {
    list.push_back({"neck.gamma", &neck_->gamma});
    list.push_back({"neck.running_mean", &neck_->running_mean});
    list.push_back({"neck.running_variance", &neck_->running_variance});
  }
  return list;
}

}  // namespace triptych
