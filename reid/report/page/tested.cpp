#include "reid/report/page/tested.h"

#include <set>

namespace triptych {

std::string Tested::name(Index number) const {
  const Index person = sample(number).person;
  return person == distractor ? "distractor" : dataset.person_names[static_cast<std::size_t>(person)];
}

Tested embed_tested(const Model& model, const Dataset& dataset, const PictureSet& pictures,
                    const Protocol& protocol, std::size_t most) {
  Protocol fewer = protocol;
  if (fewer.query.size() > most) fewer.query.resize(most);
  if (fewer.gallery.size() > most) {  // the right ones must stay, others fill up
    std::set<Index> asked;
    for (const Index query : fewer.query)
      asked.insert(dataset.samples[static_cast<std::size_t>(query)].person);
    std::vector<Index> right, others;
    for (const Index picture : protocol.gallery)
      (asked.contains(dataset.samples[static_cast<std::size_t>(picture)].person) ? right : others)
          .push_back(picture);
    right.insert(right.end(), others.begin(), others.end());
    right.resize(most);
    fewer.gallery = right;
  }
  EmbeddedPictures query = embed(model, pictures, fewer.query, model.selection);
  EmbeddedPictures gallery = embed(model, pictures, fewer.gallery, model.selection);
  return {model, dataset, pictures, std::move(fewer), std::move(query), std::move(gallery)};
}

}  // namespace triptych
