#pragma once
#include <memory>
#include <span>
#include <vector>

#include "reid/evaluation/embed.h"

namespace triptych {

// The patch vectors of a list of images, of unit length, handed out in parts: those of Market-1501's training
// images would be 0.6 GB at an input of 128 x 64, and 1.9 GB at the default size.
class PatchBag {
 public:
  // Of images that were embedded with Keep::patches.
  PatchBag(EmbeddedImages images);  // NOLINT(google-explicit-constructor): a bag of these is what is meant
  // Of images that are embedded with all patches taking part: at once where their patches fit into
  // `most_bytes`, else whenever they are asked for. Both give the same bits. Model, images and samples must
  // outlive the bag. `progress` tells of embedding at once; `score` says which patch vectors are meant.
  PatchBag(const Model& model, const ImageSource& images, std::span<const Index> samples,
           const OnProgress& progress = {}, std::size_t most_bytes = std::size_t(256) << 20,
           EScore score = EScore::recurrent);

  Index count() const { return count_; }
  PatchGrid grid() const { return grid_; }
  Index patch_size() const { return patch_size_; }  // D
  // [rows.size(), patches, D]. Fastest for ascending rows.
  std::vector<Real> patches(std::span<const Index> rows) const;

 private:
  struct OnDemand;
  std::span<const Real> row(Index i) const;

  Index count_, patch_size_;
  PatchGrid grid_;
  std::shared_ptr<const EmbeddedImages> all_;  // null when on demand
  std::shared_ptr<OnDemand> on_demand_;
};

}  // namespace triptych
