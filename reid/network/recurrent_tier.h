#pragma once
#include <optional>
#include <string>

#include "layers/dropout.h"
#include "layers/recurrent.h"
#include "reid/options.h"

namespace triptych {

// How many patches an image has: [rows, columns] = [13, 5] for the grid of the default network, [26, 1] for
// whole rows.
struct PatchGrid {
  Index rows, columns;
  Index patches() const { return rows * columns; }
  bool operator==(const PatchGrid&) const = default;
};
PatchGrid patch_grid(const NetworkOptions& options);

// Tier 2, the RNN: the map becomes patches, each projected to a vector of D numbers, and a recurrence reads
// every column of the grid from the head down, so that each patch is understood in the light of what is above
// it.
//   map [n, height, width, channels] -> patches [n, rows, columns, D] (2 D with both directions)
class RecurrentTier {
 public:
  RecurrentTier(const Device& device, Random random, const NetworkOptions& options);

  // `noise` drives dropout; it is not used in inference.
  Variable operator()(const Variable& map, Mode mode, Random& noise);
  void list(const std::string& prefix, ParameterList& out);
  Index outputs() const { return recurrent_ ? recurrent_->outputs() : hidden_; }

 private:
  Patches cut_;
  PatchGrid grid_;
  PoolWindow window_;
  Index hidden_;
  Linear projection_;
  std::optional<Recurrent> recurrent_;
  Dropout dropout_;
};

}  // namespace triptych
