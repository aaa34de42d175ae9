#include "reid/report/page/tested.h"

#include <algorithm>
#include <map>
#include <optional>

namespace triptych {

std::string Tested::name(Index number) const {
  const Index identity = sample(number).identity;
  return identity == distractor ? "distractor" : dataset.identity_names[static_cast<std::size_t>(identity)];
}

namespace {

// Of one identity: places in the protocol's lists.
struct Places {
  std::vector<std::size_t> query, gallery;
};

// The first query that has a right image of another camera in the gallery, and that image.
std::optional<std::pair<std::size_t, std::size_t>> first_pair(const Who& asking, const Who& known,
                                                              const Places& places) {
  for (const std::size_t q : places.query)
    for (const std::size_t g : places.gallery)
      if (asking.camera[q] != known.camera[g]) return std::pair(q, g);
  return std::nullopt;
}

// Which entries of a list are kept, at most `most`.
class Kept {
 public:
  Kept(std::size_t size, std::size_t most) : kept_(size, false), left_(std::min(size, most)) {}
  void add(std::size_t place) {
    if (left_ == 0 || kept_[place]) return;
    kept_[place] = true, --left_;
  }
  void add_all(std::span<const std::size_t> places) {
    for (const std::size_t place : places) add(place);
  }
  std::vector<Index> of(const std::vector<Index>& list) {
    for (std::size_t place = 0; place < list.size() && left_ > 0; ++place) add(place);
    std::vector<Index> result;
    for (std::size_t place = 0; place < list.size(); ++place)
      if (kept_[place]) result.push_back(list[place]);
    return result;
  }

 private:
  std::vector<bool> kept_;
  std::size_t left_;
};

}  // namespace

Protocol sampled(const Dataset& dataset, const Protocol& protocol, std::size_t most) {
  if (protocol.query.size() <= most && protocol.gallery.size() <= most) return protocol;
  const Who asking = who_is(dataset, protocol.query), known = who_is(dataset, protocol.gallery);
  std::map<std::int32_t, Places> places;
  for (std::size_t q = 0; q < asking.identity.size(); ++q) places[asking.identity[q]].query.push_back(q);
  for (std::size_t g = 0; g < known.identity.size(); ++g)
    if (const auto found = places.find(known.identity[g]); found != places.end())
      found->second.gallery.push_back(g);
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  std::vector<const Places*> of_pair;
  for (const auto& [identity, own] : places)
    if (const auto pair = first_pair(asking, known, own)) pairs.push_back(*pair), of_pair.push_back(&own);

  Kept query(protocol.query.size(), most), gallery(protocol.gallery.size(), most);
  const std::size_t shown = std::min(pairs.size(), most);
  const auto each = [&](auto use) {
    for (std::size_t i = 0; i < shown; ++i) use(i * pairs.size() / shown);
  };
  each([&](std::size_t i) { query.add(pairs[i].first), gallery.add(pairs[i].second); });
  each([&](std::size_t i) { query.add_all(of_pair[i]->query), gallery.add_all(of_pair[i]->gallery); });
  return {query.of(protocol.query), gallery.of(protocol.gallery)};
}

Tested embed_tested(const Model& model, const Dataset& dataset, const ImageSource& images,
                    const Protocol& protocol, std::size_t most) {
  Protocol fewer = sampled(dataset, protocol, most);
  EmbeddedImages query = embed(model, images, fewer.query, model.selection);
  EmbeddedImages gallery = embed(model, images, fewer.gallery, model.selection);
  return {model, dataset, images, std::move(fewer), std::move(query), std::move(gallery)};
}

}  // namespace triptych
