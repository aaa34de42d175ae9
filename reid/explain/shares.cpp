#include "reid/explain/shares.h"

#include <cmath>

#include "engine/error.h"
#include "engine/ops.h"
#include "reid/evaluation/calibration.h"
#include "reid/evaluation/embed.h"

namespace triptych {
namespace {

std::vector<double> doubles(const Tensor& tensor) {
  const std::vector<Real> values = tensor.values();
  return {values.begin(), values.end()};
}

double length(const std::vector<double>& values) {
  double squares = 0;
  for (const double value : values) squares += value * value;
  return std::sqrt(squares);
}

// One pass of one image: patch vectors x [patches, D], and what each counts for in pooling.
struct Forward {
  std::vector<double> x, gate, counted;
  Index width = 0;  // D
};

Forward forward_pass(const Model& model, const ImageSource& images, Index i, const View& view) {
  const NetworkOptions& options = model.network->options();
  const NetworkOutput out =
      model.network->infer(network_input(model, images, {&i, 1}, view), model.selection);
  return {doubles(out.patches.value), doubles(sigmoid(out.gate).value),
          doubles(patch_weights(options.pooling, out.gate.value, {model.selection, {}}, options.strips)),
          out.patches.shape().last()};
}

// Calls each(strip, patch) for all patches of a strip, from the first one on.
template <class Each>
void for_patches_of(const StripShape& shape, Index strip, const Each& each) {
  for (Index p = shape.first_row(strip) * shape.columns; p < shape.end_row(strip) * shape.columns; ++p)
    each(p);
}

// a [patches, size] of one view. Max pooling: the first of the largest that count; else the weights, made to
// sum to 1.
std::vector<double> pooling_shares(const Forward& forward, const StripShape& shape, PatchPooling kind) {
  const Index width = forward.width, size = shape.strips * width;
  std::vector<double> a(static_cast<std::size_t>(shape.patches() * size));
  const auto x = [&](Index p, Index c) { return forward.x[static_cast<std::size_t>(p * width + c)]; };
  const auto counted = [&](Index p) { return forward.counted[static_cast<std::size_t>(p)]; };
  for (Index strip = 0; strip < shape.strips; ++strip) {
    double sum = 0;
    for_patches_of(shape, strip, [&](Index p) { sum += counted(p); });
    for (Index c = 0; c < width; ++c) {
      const auto share = [&](Index p) -> double& {
        return a[static_cast<std::size_t>(p * size + strip * width + c)];
      };
      Index winner = -1;
      for_patches_of(shape, strip, [&](Index p) {
        if (kind != PatchPooling::max) share(p) = counted(p) / sum;
        if (counted(p) > 0 && (winner < 0 || x(p, c) > x(winner, c))) winner = p;
      });
      if (kind == PatchPooling::max && winner >= 0) share(winner) = 1;
    }
  }
  return a;
}

// Where a view's patch lies in the plain image.
Index place_of(Index patch, const PatchGrid& grid, const View& view) {
  const Index row = patch / grid.columns, column = patch % grid.columns;
  return row * grid.columns + (view.mirror ? grid.columns - 1 - column : column);
}

// Adds what one view gives: A += a / V, and X += a x / |z|, before |e| is known.
void add_view(const Forward& forward, const View& view, const StripShape& shape, PatchPooling kind,
              PatchShares& shares) {
  const Index size = shape.strips * forward.width;
  const std::vector<double> a = pooling_shares(forward, shape, kind);
  std::vector<double> z(static_cast<std::size_t>(size));
  const auto x = [&](Index p, Index k) {
    return forward.x[static_cast<std::size_t>(p * forward.width + k % forward.width)];
  };
  for (Index p = 0; p < shape.patches(); ++p)
    for (Index k = 0; k < size; ++k)
      z[static_cast<std::size_t>(k)] += a[static_cast<std::size_t>(p * size + k)] * x(p, k);
  const double norm = length(z);
  require(std::isfinite(norm) && norm > 0,
          "the embedding before normalisation has length {}; the training diverged (try a lower --rate)",
          norm);
  if (shares.embedding.empty()) shares.pooled_length = norm, shares.embedding.assign(z.size(), 0);
  for (std::size_t k = 0; k < z.size(); ++k) shares.embedding[k] += z[k] / norm;
  for (Index p = 0; p < shape.patches(); ++p)
    for (Index k = 0; k < size; ++k) {
      const double share = a[static_cast<std::size_t>(p * size + k)];
      const auto to = static_cast<std::size_t>(place_of(p, shares.grid, view) * size + k);
      shares.weight[to] += share / static_cast<double>(shares.views);
      shares.unwhitened[to] += share * x(p, k) / norm;
    }
}

// From e to f: through |e|, the camera's centre m, W and r. X <- (X / |e| - A m) / r, because A sums to 1.
void finish(const std::vector<double>& m, PatchShares& shares) {
  const std::size_t size = shares.embedding.size();
  const auto whitened = [&shares](std::span<const double> x) {
    return shares.whitening.empty() ? std::vector<double>(x.begin(), x.end()) : shares.whitening.times(x);
  };
  const double e = length(shares.embedding);
  std::vector<double>& f = shares.embedding;
  for (std::size_t k = 0; k < size; ++k) f[k] = f[k] / e - (m.empty() ? 0 : m[k]);
  f = whitened(f);
  const double r = length(f);
  for (double& value : f) value /= r;
  std::vector<double>& x = shares.unwhitened;
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = (x[i] / e - (m.empty() ? 0 : shares.weight[i] * m[i % size])) / r;
  for (std::size_t first = 0; first < x.size(); first += size) {
    const std::vector<double> of_patch = whitened(std::span(x).subspan(first, size));
    shares.part.insert(shares.part.end(), of_patch.begin(), of_patch.end());
  }
}

}  // namespace

PatchShares patch_shares(const Model& model, const ImageSource& images, Index i) {
  const NetworkOptions& options = model.network->options();
  const std::vector<View> views = testing_views(model.options.testing);
  require(!options.unit_strips,
          "what made two images near or far is explained for embeddings of one length; this network has "
          "--unit-strips");
  require(
      options.temporal == Temporal::none && options.neck == Neck::none,
      "what made two images near or far is explained for embeddings that are sums over patches; this network "
      "has --{} behind them",
      options.temporal == Temporal::none ? "neck" : "temporal");
  PatchShares shares;
  shares.grid = model.network->grid();
  shares.strips = options.strips, shares.views = static_cast<Index>(views.size());
  const auto elements = static_cast<std::size_t>(shares.grid.patches() * model.network->embedding_size());
  shares.weight.assign(elements, 0), shares.unwhitened.assign(elements, 0);
  shares.whitening = model.whitening;
  for (const View& view : views) {
    const Forward forward = forward_pass(model, images, i, view);
    const StripShape shape{1, shares.grid.rows, shares.grid.columns, forward.width, options.strips};
    if (shares.embedding.empty()) shares.gate = forward.gate, shares.counted = forward.counted;
    add_view(forward, view, shape, options.pooling, shares);
  }
  finish(centre_for(model, images, i), shares);
  return shares;
}

}  // namespace triptych
