#pragma once
#include <optional>
#include <string>

#include "layers/dropout.h"
#include "layers/recurrent.h"
#include "reid/network/row_attention.h"
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
// The window of the map that a patch of the grid averages (--patches grid).
PoolWindow grid_window(const NetworkOptions& options);

// Tier 2: the map becomes patches, each projected to a vector of D dimensions. A recurrence then reads every
// column of the grid from the head down, so that a patch vector depends on the patches above it; with
// RecurrentKind::attention every patch reads its whole column instead.
//   map [n, height, width, channels] -> patches [n, rows, columns, D] (2 D with both directions)
class RecurrentTier {
 public:
  RecurrentTier(const Device& device, Random random, const NetworkOptions& options);

  // The patches before anything is read of the others, [n, rows, columns, D]. `noise` drives dropout; it is
  // not used in inference.
  Variable project(const Variable& map, Mode mode, Random& noise);
  // ... and after: patches [n, rows, columns, D] -> [n, rows, columns, outputs()].
  Variable read(const Variable& patches);
  // RecurrentKind::attention only: how much row i of a column reads of row j, in inference;
  // [n, columns, heads, rows, rows].
  Tensor attention(const Variable& map);
  void list(const std::string& prefix, ParameterList& out);
  Index outputs() const { return recurrent_ ? recurrent_->outputs() : hidden_; }

 private:
  Patches cut_;
  PatchGrid grid_;
  PoolWindow window_;
  Index hidden_;
  Linear projection_;
  std::optional<Recurrent> recurrent_;
  std::optional<RowAttention> attention_;
  Dropout dropout_;
};

}  // namespace triptych
