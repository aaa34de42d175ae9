#include "reid/network/pooling_tier.h"

#include <algorithm>

#include "engine/error.h"

namespace triptych {
namespace {

// Bytes: 1 for a selected patch.
Tensor mask_of(const PatchSelection& selection, const Tensor& gate_logits, Index strips) {
  const Shape& grid_shape = gate_logits.shape();
  const PatchGrid grid{grid_shape[1], grid_shape[2]};
  switch (selection.by) {
    case PatchSelection::By::labels:
      require(selection.labels && selection.labels.shape() == grid_shape,
              "the labels of the patches have shape {}, the patches {}",
              selection.labels ? selection.labels.shape().text() : "none", grid_shape.text());
      return selection.labels;
    case PatchSelection::By::gate: {
      const std::vector<Real> score = gate_logits.values();
      return Tensor::from(gate_logits.device(), grid_shape,
                          std::span<const std::uint8_t>(select_patches(grid, strips, score, 0)));
    }
    case PatchSelection::By::everything:
      break;
  }
  const std::vector<std::uint8_t> ones(static_cast<std::size_t>(grid_shape.elements()), 1);
  return Tensor::constant(gate_logits.device(), grid_shape, std::span<const std::uint8_t>(ones));
}

}  // namespace

Tensor patch_weights(PatchPooling kind, const Tensor& gate_logits, const PatchSelection& selection,
                     Index strips) {
  if (kind == PatchPooling::gate && selection.by == PatchSelection::By::gate)
    return sigmoid(Variable(gate_logits)).value;
  const std::vector<std::uint8_t> mask = mask_of(selection, gate_logits, strips).byte_values();
  const std::vector<Real> weights(mask.begin(), mask.end());
  return Tensor::from(gate_logits.device(), gate_logits.shape(), std::span<const Real>(weights));
}

Tensor strip_shares(const Tensor& gate_logits, const PatchSelection& selection, Index strips) {
  constexpr double least = 1e-3;
  const Shape& s = gate_logits.shape();
  Tensor weights;
  if (selection.by == PatchSelection::By::gate)
    weights = sigmoid(Variable(gate_logits)).value;
  else if (selection.by == PatchSelection::By::labels && selection.shares)
    weights = selection.shares;
  else
    weights = patch_weights(PatchPooling::mean, gate_logits, selection, strips);
  const std::vector<Real> of_patch = weights.values();
  const StripShape shape{s[0], s[1], s[2], 1, strips};
  std::vector<Real> shares;
  for (Index image = 0; image < s[0]; ++image)
    for (Index strip = 0; strip < strips; ++strip) {
      const Index first = shape.first_row(strip) * s[2], end = shape.end_row(strip) * s[2];
      double sum = 0;
      for (Index p = first; p < end; ++p)
        sum += static_cast<double>(of_patch[static_cast<std::size_t>(image * shape.patches() + p)]);
      shares.push_back(static_cast<Real>(std::max(least, sum / static_cast<double>(end - first))));
    }
  return Tensor::from(gate_logits.device(), {s[0], strips}, std::span<const Real>(shares));
}

PoolingTier::PoolingTier(const Device& device, Random random, const NetworkOptions& options,
                         Index patch_width)
    : kind_(options.pooling), strips_(options.strips), gate_(device, random, patch_width, 1) {
  const PatchGrid grid = patch_grid(options);
  require(strips_ <= grid.rows, "--strips is {}, but the patch grid has only {} rows", strips_, grid.rows);
  if (options.gate == GateKind::context) context_.emplace(device, random.split(1), options);
}

Variable PoolingTier::gate(const Variable& map, const Variable& patches) {
  const Shape& s = patches.shape();
  const Variable own = reshape(gate_(detach(patches)), {s[0], s[1], s[2]});
  return context_ ? add(own, (*context_)(detach(map))) : own;
}

Variable PoolingTier::pool(const Variable& patches, const Variable& gate_logits,
                           const PatchSelection& selection) const {
  const Shape& s = patches.shape();
  const Variable pooled =
      kind_ == PatchPooling::max
          ? strip_max_pool(patches, mask_of(selection, gate_logits.value, strips_), strips_)
          : strip_mean_pool(patches, patch_weights(kind_, gate_logits.value, selection, strips_), strips_);
  return reshape(pooled, {s[0], strips_ * s[3]});
}

void PoolingTier::list(const std::string& prefix, ParameterList& out) {
  gate_.list(prefix + ".gate", out);
  if (context_) context_->list(prefix + ".context", out);
}

std::vector<std::uint8_t> select_patches(const PatchGrid& grid, Index strips, std::span<const Real> score,
                                         Real threshold) {
  std::vector<std::uint8_t> mask(score.size());
  std::ranges::transform(score, mask.begin(), [&](Real s) { return s >= threshold; });
  complete_strips(grid, strips, score, mask);
  return mask;
}

void complete_strips(const PatchGrid& grid, Index strips, std::span<const Real> score,
                     std::span<std::uint8_t> mask) {
  const Index patches = grid.patches(), images = static_cast<Index>(mask.size()) / patches;
  const StripShape shape{images, grid.rows, grid.columns, 1, strips};
  for (Index image = 0; image < images; ++image)
    for (Index strip = 0; strip < strips; ++strip) {
      const auto first = static_cast<std::ptrdiff_t>(image * patches + shape.first_row(strip) * grid.columns);
      const auto end = static_cast<std::ptrdiff_t>(image * patches + shape.end_row(strip) * grid.columns);
      if (std::any_of(mask.begin() + first, mask.begin() + end, [](std::uint8_t v) { return v != 0; }))
        continue;
      mask[static_cast<std::size_t>(std::max_element(score.begin() + first, score.begin() + end) -
                                    score.begin())] = 1;
    }
}

}  // namespace triptych
