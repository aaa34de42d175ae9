#include "reid/report/page/tested.h"

#include <set>

namespace triptych {

std::string Tested::name(Index number) const {
  const Index identity = sample(number).identity;
  return identity == distractor ? "distractor" : dataset.identity_names[static_cast<std::size_t>(identity)];
}

Tested embed_tested(const Model& model, const Dataset& dataset, const ImageSource& images,
                    const Protocol& protocol, std::size_t most) {
  Protocol fewer = protocol;
  if (fewer.query.size() > most) fewer.query.resize(most);
  if (fewer.gallery.size() > most) {  // the right ones must stay, others fill up
    std::set<Index> asked;
    for (const Index query : fewer.query)
      asked.insert(dataset.samples[static_cast<std::size_t>(query)].identity);
    std::vector<Index> right, others;
    for (const Index image : protocol.gallery)
      (asked.contains(dataset.samples[static_cast<std::size_t>(image)].identity) ? right : others)
          .push_back(image);
    right.insert(right.end(), others.begin(), others.end());
    right.resize(most);
    fewer.gallery = right;
  }
  EmbeddedImages query = embed(model, images, fewer.query, model.selection);
  EmbeddedImages gallery = embed(model, images, fewer.gallery, model.selection);
  return {model, dataset, images, std::move(fewer), std::move(query), std::move(gallery)};
}

}  // namespace triptych
