#include "reid/network/recurrent_tier.h"

#include "engine/error.h"
#include "reid/network/convolution_tier.h"

namespace triptych {
namespace {

// Neighbouring columns of the grid share one cell of the map: windows 3 wide, 2 apart.
PoolWindow grid_window(const NetworkOptions& options) {
  return {options.patch_height, 3, options.patch_height, 2};
}

Index patch_numbers(const NetworkOptions& options) {
  const Shape map = convolution_tier_output(options);
  return options.patches == Patches::grid ? map[2] : map[1] * map[2];
}

RecurrentOptions cell_options(const NetworkOptions& options) {
  RecurrentOptions result;
  result.cell = options.recurrent == RecurrentKind::gru    ? Cell::gru
                : options.recurrent == RecurrentKind::lstm ? Cell::lstm
                                                           : Cell::elman;
  result.bidirectional = options.bidirectional;
  result.output = options.recurrent_output;
  return result;
}

}  // namespace

PatchGrid patch_grid(const NetworkOptions& options) {
  const Shape map = convolution_tier_output(options);
  if (options.patches == Patches::rows) return {map[0], 1};
  const PoolWindow window = grid_window(options);
  require(map[0] >= window.height && map[1] >= window.width,
          "a crop of {} x {} leaves a map of {} x {}, too small for a grid of patches; see --crop-height, "
          "--crop-width, --patch-height and --patches rows",
          options.crop_height, options.crop_width, map[0], map[1]);
  return {(map[0] - window.height) / window.stride_height + 1,
          (map[1] - window.width) / window.stride_width + 1};
}

RecurrentTier::RecurrentTier(const Device& device, Random random, const NetworkOptions& options)
    : cut_(options.patches),
      grid_(patch_grid(options)),
      window_(grid_window(options)),
      hidden_(options.hidden),
      projection_(device, random.split(0), patch_numbers(options), options.hidden),
      dropout_(options.dropout) {
  if (options.recurrent != RecurrentKind::none)
    recurrent_.emplace(device, random.split(1), options.hidden, options.hidden, cell_options(options));
}

Variable RecurrentTier::operator()(const Variable& map, Mode mode, Random& noise) {
  const Index n = map.shape()[0];
  Variable cells = cut_ == Patches::grid ? average_pool2d(map, window_)
                                         : reshape(map, {n, grid_.rows, 1, map.shape()[2] * map.shape()[3]});
  Variable patches = projection_(dropout_(cells, mode, noise));  // [n, rows, columns, D]
  if (!recurrent_) return patches;
  // Time runs down the rows; every column of every image is a sequence of its own.
  Variable sequences = reshape(permute(patches, {1, 0, 2, 3}), {grid_.rows, n * grid_.columns, hidden_});
  Variable read = (*recurrent_)(sequences);
  return permute(reshape(read, {grid_.rows, n, grid_.columns, outputs()}), {1, 0, 2, 3});
}

void RecurrentTier::list(const std::string& prefix, ParameterList& out) {
  projection_.list(prefix + ".projection", out);
  if (recurrent_) recurrent_->list(prefix + ".recurrent", out);
}

}  // namespace triptych
