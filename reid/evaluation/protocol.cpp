#include "reid/evaluation/protocol.h"

#include <algorithm>
#include <numeric>

#include "datasets/batch.h"
#include "engine/error.h"
#include "reid/evaluation/protocol_rows.h"
#include "reid/evaluation/visible_ranking.h"

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
                         std::span<const Real> rows, Index size, bool both_directions,
                         std::span<const Real> shares) {
  constexpr std::size_t kept_neighbours = 10;
  const std::size_t count_of_rows = rows.size() / static_cast<std::size_t>(size);
  const auto strips = static_cast<Index>(shares.size() / std::max<std::size_t>(1, count_of_rows));
  const auto part_of = [](std::span<const Real> all, std::size_t first, std::size_t count, Index width) {
    return all.subspan(first * static_cast<std::size_t>(width), count * static_cast<std::size_t>(width));
  };
  const auto part = [&](std::size_t first, std::size_t count) { return part_of(rows, first, count, size); };
  const auto shown = [&](std::size_t first, std::size_t count) {
    return part_of(shares, first, count, strips);
  };
  const auto rank = [&](const VisibleRows& from, const Who& query, const VisibleRows& among,
                        const Who& gallery, std::size_t nearest) {
    return shares.empty() ? rank_rows(device, from.rows, query, among.rows, gallery, size, nearest)
                          : rank_visible_rows(device, from, query, among, gallery, size, strips, nearest);
  };
  const std::size_t galleries = protocol.gallery.size(), queries = protocol.query.size();
  const Who query = who_is(dataset, protocol.query), gallery = who_is(dataset, protocol.gallery);
  Evaluation evaluation;
  evaluation.result = rank({part(galleries, queries), shown(galleries, queries)}, query,
                           {part(0, galleries), shown(0, galleries)}, gallery, kept_neighbours);
  if (!both_directions) return evaluation;
  std::vector<Real> asking, asking_shares;
  for (std::size_t i = 0; i < galleries; ++i)
    if (gallery.identity[i] != distractor) {
      const std::span<const Real> row = part(i, 1), shares_of_row = shown(i, 1);
      asking.insert(asking.end(), row.begin(), row.end());
      asking_shares.insert(asking_shares.end(), shares_of_row.begin(), shares_of_row.end());
    }
  const Protocol other = reversed(dataset, protocol);
  const std::size_t others = other.gallery.size();
  evaluation.reverse =
      rank({asking, asking_shares}, who_is(dataset, other.query),
           {part(galleries, others), shown(galleries, others)}, who_is(dataset, other.gallery), 0);
  return evaluation;
}

Evaluation evaluate_model(const Model& model, const Dataset& dataset, const ImageSource& images,
                          const Protocol& protocol, bool both_directions, const OnProgress& progress) {
  const ProtocolRows all = embed_protocol(model, images, protocol, both_directions, progress);
  return evaluate_rows(model.network->device(), dataset, protocol, all.rows, model.network->embedding_size(),
                       both_directions, all.shares);
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
