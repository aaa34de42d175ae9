#include "reid/evaluation/protocol.h"

#include <algorithm>
#include <numeric>

#include "datasets/batch.h"
#include "engine/error.h"

namespace triptych {

Protocol camera_protocol(const Dataset& dataset, std::span<const Index> identities, int gallery_camera,
                         int query_camera) {
  std::vector<bool> wanted(static_cast<std::size_t>(dataset.identities), false);
  for (const Index identity : identities) wanted[static_cast<std::size_t>(identity)] = true;
  Protocol protocol;
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
    const Sample& sample = dataset.samples[i];
    const bool known = sample.identity != distractor && wanted[static_cast<std::size_t>(sample.identity)];
    if (sample.camera == gallery_camera && (known || sample.identity == distractor))
      protocol.gallery.push_back(static_cast<Index>(i));
    if (sample.camera == query_camera && known) protocol.query.push_back(static_cast<Index>(i));
    if (sample.camera == query_camera && sample.identity == distractor)
      protocol.query_distractors.push_back(static_cast<Index>(i));
  }
  require(!protocol.query.empty() && !protocol.gallery.empty(),
          "{}: the people to be tested have no images from camera {} or from camera {}; `triptych data {}` "
          "shows what is there",
          dataset.root, gallery_camera + 1, query_camera + 1, dataset.root);
  return protocol;
}

Protocol reversed(const Dataset& dataset, const Protocol& protocol) {
  Protocol result;
  for (const Index i : protocol.gallery) {
    const bool asks = dataset.samples[static_cast<std::size_t>(i)].identity != distractor;
    (asks ? result.query : result.query_distractors).push_back(i);
  }
  result.gallery = protocol.query;
  result.gallery.insert(result.gallery.end(), protocol.query_distractors.begin(),
                        protocol.query_distractors.end());
  return result;
}

Protocol pair_protocol(const Dataset& dataset, std::span<const Index> identities, std::uint64_t seed,
                       int draw) {
  // Of whatever part: a set's own queries and gallery, or training people that were held out for validation.
  std::vector<Index> all(dataset.samples.size());
  std::iota(all.begin(), all.end(), Index(0));
  const auto views = samples_by_identity_and_camera(dataset, all);
  Protocol protocol;
  for (const Index identity : identities) {
    Random random =
        Random(seed).split(static_cast<std::uint64_t>(draw)).split(static_cast<std::uint64_t>(identity));
    std::vector<std::size_t> cameras;
    for (int camera = 0; camera < dataset.cameras; ++camera) {
      const auto view = static_cast<std::size_t>(identity * dataset.cameras + camera);
      if (!views[view].empty()) cameras.push_back(view);
    }
    if (cameras.size() < 2) continue;
    random.shuffle(std::span(cameras));
    const auto pick = [&](std::size_t view) {
      return views[view][static_cast<std::size_t>(random.integer(static_cast<Index>(views[view].size())))];
    };
    protocol.gallery.push_back(pick(cameras[0]));
    protocol.query.push_back(pick(cameras[1]));
  }
  require(!protocol.query.empty(), "{}: none of the people to be tested was seen by two cameras",
          dataset.root);
  return protocol;
}

Protocol fixed_protocol(const Dataset& dataset) {
  Protocol protocol;
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
    if (dataset.samples[i].part == Part::query) protocol.query.push_back(static_cast<Index>(i));
    if (dataset.samples[i].part == Part::gallery) protocol.gallery.push_back(static_cast<Index>(i));
  }
  require(!protocol.query.empty() && !protocol.gallery.empty(),
          "{} has no query and gallery parts of its own; give --splits, or leave --protocol at camera",
          dataset.root);
  return protocol;
}

Who who_is(const Dataset& dataset, std::span<const Index> samples) {
  Who who;
  for (const Index i : samples) {
    const Sample& sample = dataset.samples[static_cast<std::size_t>(i)];
    who.identity.push_back(static_cast<std::int32_t>(sample.identity));
    who.camera.push_back(sample.camera);
  }
  return who;
}

Evaluation evaluate_rows(const Device& device, const Dataset& dataset, const Protocol& protocol,
                         std::span<const Real> rows, Index size, bool both_directions) {
  constexpr std::size_t kept_neighbours = 10;
  const auto part = [&](std::size_t first, std::size_t count) {
    return rows.subspan(first * static_cast<std::size_t>(size), count * static_cast<std::size_t>(size));
  };
  const std::size_t galleries = protocol.gallery.size(), queries = protocol.query.size();
  const Who query = who_is(dataset, protocol.query), gallery = who_is(dataset, protocol.gallery);
  Evaluation evaluation;
  evaluation.result =
      rank_rows(device, part(galleries, queries), query, part(0, galleries), gallery, size, kept_neighbours);
  if (!both_directions) return evaluation;
  std::vector<Real> asking;
  for (std::size_t i = 0; i < galleries; ++i)
    if (gallery.identity[i] != distractor) {
      const std::span<const Real> row = part(i, 1);
      asking.insert(asking.end(), row.begin(), row.end());
    }
  const Protocol other = reversed(dataset, protocol);
  evaluation.reverse = rank_rows(device, asking, who_is(dataset, other.query),
                                 part(galleries, other.gallery.size()), who_is(dataset, other.gallery), size);
  return evaluation;
}

Evaluation evaluate_model(const Model& model, const Dataset& dataset, const ImageSource& images,
                          const Protocol& protocol, bool both_directions, const OnProgress& progress) {
  std::vector<std::span<const Index>> lists = {protocol.gallery, protocol.query};
  if (both_directions) lists.push_back(protocol.query_distractors);
  std::size_t total = 0;
  for (const auto list : lists) total += list.size();
  const Index size = model.network->embedding_size();
  std::vector<Real> rows;
  rows.reserve(total * static_cast<std::size_t>(size));
  for (const auto list : lists) {
    const Index before = static_cast<Index>(rows.size()) / size;
    const EmbeddedImages part =
        embed(model, images, list, model.selection, Keep::embeddings, [&](Index done, Index) {
          if (progress) progress(before + done, static_cast<Index>(total));
        });
    rows.insert(rows.end(), part.embedding.begin(), part.embedding.end());
  }
  return evaluate_rows(model.network->device(), dataset, protocol, rows, size, both_directions);
}

Evaluation evaluate_pixels(const Device& device, const Dataset& dataset, const ImageSource& images,
                           const Protocol& protocol, const NetworkOptions& options, bool both_directions,
                           const OnProgress& progress) {
  const auto search = [&](const Protocol& one) {
    const auto rows_of = [&](const std::vector<Index>& samples) {
      return [&](Index first, Index count) {
        const auto part =
            std::span(samples).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
        return centre_crops(images, part, CameraNormalisation{}, options.crop_height, options.crop_width,
                            device.context().threads);
      };
    };
    return rank_blocks(device, rows_of(one.query), who_is(dataset, one.query), rows_of(one.gallery),
                       who_is(dataset, one.gallery), options.crop_height * options.crop_width * 3, progress);
  };
  Evaluation evaluation{search(protocol), std::nullopt};
  if (both_directions) evaluation.reverse = search(reversed(dataset, protocol));
  return evaluation;
}

}  // namespace triptych
