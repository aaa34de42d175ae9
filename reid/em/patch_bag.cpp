#include "reid/em/patch_bag.h"

#include <algorithm>

namespace triptych {

// Images are embedded in the same groups as all at once, so that the network's products have the same shapes
// and round alike.
struct PatchBag::OnDemand {
  const Model& model;
  const ImageSource& images;
  std::span<const Index> samples;
  Keep keep;
  Index first = -1;       // of the group that is held
  EmbeddedImages held{};  // its images

  const EmbeddedImages& group_of(Index i) {
    const Index begin = i / embedded_together * embedded_together;
    if (begin != first) {
      const auto start = static_cast<std::size_t>(begin);
      const auto length = std::min(static_cast<std::size_t>(embedded_together), samples.size() - start);
      held = embed(model, images, samples.subspan(start, length), PatchSelection::By::everything, keep);
      first = begin;
    }
    return held;
  }
};

PatchBag::PatchBag(EmbeddedImages images)
    : count_(images.count),
      patch_size_(images.patch_size()),
      grid_(images.grid),
      all_(std::make_shared<const EmbeddedImages>(std::move(images))) {}

PatchBag::PatchBag(const Model& model, const ImageSource& images, std::span<const Index> samples,
                   const OnProgress& progress, std::size_t most_bytes, EScore score)
    : count_(static_cast<Index>(samples.size())),
      patch_size_(score == EScore::projected ? model.network->options().hidden : model.network->patch_size()),
      grid_(model.network->grid()) {
  const auto bytes = samples.size() * static_cast<std::size_t>(grid_.patches() * patch_size_) * sizeof(Real);
  const Keep keep = score == EScore::projected ? Keep::cells : Keep::patches;
  if (bytes <= most_bytes)
    all_ = std::make_shared<const EmbeddedImages>(
        embed(model, images, samples, PatchSelection::By::everything, keep, progress));
  else
    on_demand_ = std::make_shared<OnDemand>(OnDemand{model, images, samples, keep});
}

std::span<const Real> PatchBag::row(Index i) const {
  const Index width = grid_.patches() * patch_size_;
  const EmbeddedImages& from = all_ ? *all_ : on_demand_->group_of(i);
  const Index place = all_ ? i : i % embedded_together;
  return {from.patches.data() + place * width, static_cast<std::size_t>(width)};
}

std::vector<Real> PatchBag::patches(std::span<const Index> rows) const {
  std::vector<Real> values;
  values.reserve(rows.size() * static_cast<std::size_t>(grid_.patches() * patch_size_));
  for (const Index i : rows) {
    const auto image = row(i);
    values.insert(values.end(), image.begin(), image.end());
  }
  return values;
}

}  // namespace triptych
