#include "reid/evaluation/embed.h"

#include <algorithm>
#include <cmath>

#include "datasets/batch.h"
#include "engine/error.h"
#include "engine/ranks.h"
#include "engine/stop.h"
#include "reid/evaluation/calibration.h"
#include "reid/network/visible_patches.h"

namespace triptych {
namespace {

void append(std::vector<Real>& all, const std::vector<Real>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// Which patches a view of some images shows, by the occluders that were pasted over them.
PatchSelection true_selection(const Model& model, const ImageSource& images, std::span<const Index> samples,
                              const View& view) {
  const NetworkOptions& options = model.network->options();
  const PatchGrid grid = model.network->grid();
  std::vector<Real> visible;
  for (const Index sample : samples) {
    Rectangle r = images.occluder(sample);
    r.top -= (options.image_height - options.crop_height) / 2 + view.down;
    r.left -= (options.image_width - options.crop_width) / 2 + view.right;
    if (view.mirror) r.left = options.crop_width - r.left - r.width;
    append(visible, visible_shares(options, r));
  }
  std::vector<std::uint8_t> labels = select_patches(grid, options.strips, visible, Real(0.5));
  const Shape shape = {static_cast<Index>(samples.size()), grid.rows, grid.columns};
  const Device& device = model.network->device();
  return {PatchSelection::By::labels, Tensor::from(device, shape, std::span<const std::uint8_t>(labels)),
          Tensor::from(device, shape, std::span<const Real>(visible))};
}

// Weighs unit strips by their visible shares: rows f [count, S D] of unit strips over sqrt(S) become
// (w_s f_s) / |w|.
void weigh_strips(const std::vector<Real>& visible, Index strips, std::vector<Real>& rows) {
  const auto s = static_cast<std::size_t>(strips), count = visible.size() / s,
             width = rows.size() / visible.size();
  for (std::size_t i = 0; i < count; ++i) {
    double squares = 0;
    for (std::size_t k = 0; k < s; ++k) squares += std::pow(static_cast<double>(visible[i * s + k]), 2);
    for (std::size_t k = 0; k < s; ++k) {
      const auto factor = static_cast<Real>(static_cast<double>(visible[i * s + k]) *
                                            std::sqrt(static_cast<double>(strips) / squares));
      for (std::size_t d = 0; d < width; ++d) rows[(i * s + k) * width + d] *= factor;
    }
  }
}

// The frames of a sequence that testing reads: places in images.frames().
std::vector<Index> tested_frames(const ImageSource& images, Index sample, Index most) {
  const Index length = images.length(sample), count = most > 0 ? std::min(most, length) : length;
  std::vector<Index> frames;
  for (Index k = 0; k < count; ++k) frames.push_back(images.first_frame(sample) + (length - count) / 2 + k);
  return frames;
}

// Embeddings of sequences [samples, size]: frames pass the three tiers in groups, whichever sequence they
// belong to, and then each sequence is joined by itself, as long as it is.
Variable embed_sequences(const Model& model, const ImageSource& images, const ImageSource& frames,
                         std::span<const Index> samples, const View& view, PatchSelection::By by) {
  std::vector<std::size_t> ends;
  std::vector<Index> all;
  for (const Index sample : samples) {
    const std::vector<Index> own = tested_frames(images, sample, model.options.testing.frames);
    all.insert(all.end(), own.begin(), own.end());
    ends.push_back(all.size());
  }
  constexpr auto chunk = static_cast<std::size_t>(embedded_together);
  const auto size = static_cast<std::size_t>(model.network->embedding_size());
  std::vector<Real> pooled;
  for (std::size_t first = 0; first < all.size(); first += chunk) {
    stop_point();
    const auto part = std::span(all).subspan(first, std::min(chunk, all.size() - first));
    append(pooled, model.network->pool_frames(network_input(model, frames, part, view), by).values());
  }
  std::vector<Real> rows;
  std::size_t start = 0;
  const Device& device = model.network->device();
  for (const std::size_t end : ends) {
    const std::span<const Real> own = std::span(pooled).subspan(start * size, (end - start) * size);
    const Shape shape = {static_cast<Index>(end - start), static_cast<Index>(size)};
    append(rows, model.network->infer_sequence(Tensor::from(device, shape, own)).embedding.value.values());
    start = end;
  }
  return Variable(Tensor::from(device, {static_cast<Index>(samples.size()), static_cast<Index>(size)},
                               std::span<const Real>(rows)));
}

// The groups of images that this rank embeds: all where there is one group, which is not worth the exchange.
struct Groups {
  Index images;
  std::shared_ptr<Communicator> ranks;  // null: all groups are embedded here

  Groups(const Device& device, Index count)
      : images(count), ranks(count > embedded_together ? ranks_of(device) : nullptr) {}
  Index first_image(Index rank) const {
    const Index groups = (images + embedded_together - 1) / embedded_together;
    return std::min(images, first_of_rank(groups, rank, ranks->ranks()) * embedded_together);
  }
  std::size_t begin() const { return static_cast<std::size_t>(ranks ? first_image(ranks->rank()) : 0); }
  std::size_t end() const {
    return static_cast<std::size_t>(ranks ? first_image(ranks->rank() + 1) : images);
  }
  // From the rows of this rank's images to those of all.
  void gather(std::vector<Real>& rows, Index width) const {
    if (!ranks) return;
    std::vector<Index> starts;
    for (Index r = 0; r <= ranks->ranks(); ++r)
      starts.push_back(first_image(r) * width * static_cast<Index>(sizeof(Real)));
    std::vector<Real> all(static_cast<std::size_t>(images * width));
    std::ranges::copy(rows, all.begin() + first_image(ranks->rank()) * width);
    ranks->all_gather(Traffic::embeddings, all.data(), starts);
    rows = std::move(all);
  }
};

}  // namespace

std::vector<View> testing_views(const TestingOptions& options) {
  std::vector<View> views = {{}};
  if (const Index s = options.shift; s > 0)
    views.insert(views.end(), {{-s, 0}, {s, 0}, {0, -s / 2}, {0, s / 2}});
  if (!options.mirror) return views;
  for (std::size_t i = 1, upright = views.size(); i < upright; ++i)
    views.push_back({views[i].down, views[i].right, true});
  views.push_back({0, 0, true});
  return views;
}

Tensor network_input(const Model& model, const ImageSource& images, std::span<const Index> samples,
                     const View& view) {
  const NetworkOptions& options = model.network->options();
  const Device& device = model.network->device();
  const std::vector<Real> crops = centre_crops(images, samples, model.normalisation, options.crop_height,
                                               options.crop_width, device.context().threads, view);
  const Shape shape = {static_cast<Index>(samples.size()), options.crop_height, options.crop_width, 3};
  return Tensor::from(device, shape, std::span<const Real>(crops));
}

EmbeddedImages embed(const Model& model, const ImageSource& images, std::span<const Index> samples,
                     PatchSelection::By by, Keep keep, const OnProgress& progress) {
  constexpr auto chunk = static_cast<std::size_t>(embedded_together);
  const NetworkOptions& options = model.network->options();
  require(images.height() == options.image_height && images.width() == options.image_width,
          "images were loaded at {} x {}, the network wants {} x {}", images.height(), images.width(),
          options.image_height, options.image_width);
  EmbeddedImages result;
  result.count = static_cast<Index>(samples.size());
  result.size = model.network->embedding_size();
  result.grid = model.network->grid();
  result.embedding.reserve(static_cast<std::size_t>(result.count * result.size));
  const std::vector<View> views = testing_views(model.options.testing);
  const Groups groups(model.network->device(), result.count);
  const bool sequences =
      options.temporal != Temporal::none && (keep == Keep::embeddings || keep == Keep::uncalibrated);
  const ImageSource frames = sequences ? images.frames() : ImageSource();
  for (std::size_t first = groups.begin(); first < groups.end(); first += chunk) {
    stop_point();
    const auto part = samples.subspan(first, std::min(chunk, samples.size() - first));
    const auto look = [&](const View& view) {
      const bool truth = model.options.testing.occluders;
      return model.network->infer(network_input(model, images, part, view),
                                  truth ? true_selection(model, images, part, view) : PatchSelection{by});
    };
    const NetworkOutput out = sequences ? NetworkOutput() : look(views.front());
    Variable embedding = out.embedding, visible = Variable(out.visible);
    if (sequences) embedding = embed_sequences(model, images, frames, part, views.front(), by);
    for (const View& view : std::span(views).subspan(1)) {
      if (sequences) {
        embedding = add(embedding, embed_sequences(model, images, frames, part, view, by));
        continue;
      }
      const NetworkOutput other = look(view);
      embedding = add(embedding, other.embedding);
      if (options.visible) visible = add(visible, Variable(other.visible));
    }
    if (options.unit_strips) {
      const Shape by_strip = {embedding.shape()[0], options.strips, model.network->patch_size()};
      embedding = scale(l2_normalise(reshape(embedding, by_strip)),
                        Real(1 / std::sqrt(static_cast<double>(options.strips))));
    } else if (views.size() > 1) {
      embedding = l2_normalise(embedding);
    }
    append(result.embedding, embedding.value.values());
    if (options.visible)
      append(result.visible, scale(visible, Real(1) / static_cast<Real>(views.size())).value.values());
    if (progress) progress(static_cast<Index>(first + part.size()), result.count);
    if (keep != Keep::patches && keep != Keep::cells) continue;
    append(result.patches, l2_normalise(keep == Keep::cells ? out.cells : out.patches).value.values());
    append(result.gate, sigmoid(out.gate).value.values());
  }
  groups.gather(result.embedding, result.size);
  if (options.visible) groups.gather(result.visible, options.strips);
  if (keep == Keep::patches || keep == Keep::cells) {
    const Index width = keep == Keep::cells ? options.hidden : model.network->patch_size();
    groups.gather(result.patches, result.grid.patches() * width);
    groups.gather(result.gate, result.grid.patches());
  }
  if (keep == Keep::uncalibrated) return result;
  apply_calibration(model, images, samples, result.embedding);
  if (!result.visible.empty()) weigh_strips(result.visible, options.strips, result.embedding);
  return result;
}

}  // namespace triptych
