#include "reid/evaluation/protocol_rows.h"

#include "reid/evaluation/embed.h"

namespace triptych {

ProtocolRows embed_protocol(const Model& model, const ImageSource& images, const Protocol& protocol,
                            bool both_directions, const OnProgress& progress) {
  std::vector<std::span<const Index>> lists = {protocol.gallery, protocol.query};
  if (both_directions) lists.push_back(protocol.query_distractors);
  std::size_t total = 0;
  for (const auto list : lists) total += list.size();
  const Index size = model.network->embedding_size();
  ProtocolRows all;
  all.rows.reserve(total * static_cast<std::size_t>(size));
  for (const auto list : lists) {
    const Index before = static_cast<Index>(all.rows.size()) / size;
    const EmbeddedImages part =
        embed(model, images, list, model.selection, Keep::embeddings, [&](Index done, Index) {
          if (progress) progress(before + done, static_cast<Index>(total));
        });
    all.rows.insert(all.rows.end(), part.embedding.begin(), part.embedding.end());
    all.shares.insert(all.shares.end(), part.visible.begin(), part.visible.end());
  }
  return all;
}

}  // namespace triptych
