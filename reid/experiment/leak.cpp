#include "reid/experiment/leak.h"

#include <algorithm>

#include "engine/error.h"

namespace triptych {

std::vector<Index> known_identities(const Model& model, const ExperimentData& data,
                                    std::span<const Index> identities) {
  if (model.trained_on.empty()) return {};
  std::vector<bool> tested(static_cast<std::size_t>(data.dataset.identities), false), known(tested);
  for (const Index identity : identities) tested[static_cast<std::size_t>(identity)] = true;
  for (std::size_t i = 0; i < data.dataset.samples.size(); ++i) {
    const Index identity = data.dataset.samples[i].identity;
    if (identity == distractor || !tested[static_cast<std::size_t>(identity)]) continue;
    if (std::ranges::binary_search(model.trained_on, data.images.hash(static_cast<Index>(i))))
      known[static_cast<std::size_t>(identity)] = true;
  }
  std::vector<Index> list;
  for (const Index identity : identities)
    if (known[static_cast<std::size_t>(identity)]) list.push_back(identity);
  return list;
}

void require_unknown(const Model& model, const ExperimentData& data, std::span<const Index> identities,
                     const std::string& whose) {
  const std::vector<Index> known = known_identities(model, data, identities);
  if (known.empty()) return;
  fail(
      "{} was trained on {} of the {} people to be tested (the first is {}), so this is no test of it; give "
      "the split that it was trained on, or --people train or all to measure it on people it knows",
      whose, known.size(), identities.size(),
      data.dataset.identity_names[static_cast<std::size_t>(known.front())]);
}

}  // namespace triptych
