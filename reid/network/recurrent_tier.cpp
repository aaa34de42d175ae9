#include "reid/network/recurrent_tier.h"

#include "engine/batch_split.h"
#include "engine/error.h"
#include "reid/network/convolution_tier.h"

namespace triptych {
namespace {

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

// patches [n, rows, columns, D] -> [n * columns, rows, D]
Variable columns_of(const Variable& patches) {
  const Shape& s = patches.shape();
  return reshape(permute(patches, {0, 2, 1, 3}), {s[0] * s[2], s[1], s[3]});
}

}  // namespace

// Windows are 3 wide with stride 2: neighbouring columns of the grid share one column of the map.
PoolWindow grid_window(const NetworkOptions& options) {
  return {options.patch_height, 3, options.patch_height, 2};
}

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
  if (options.recurrent == RecurrentKind::attention)
    attention_.emplace(device, random.split(1), grid_.rows, options.hidden);
  else if (options.recurrent != RecurrentKind::none)
    recurrent_.emplace(device, random.split(1), options.hidden, options.hidden, cell_options(options));
}

Variable RecurrentTier::project(const Variable& map, Mode mode, Random& noise) {
  const Index n = map.shape()[0];
  Variable cells = cut_ == Patches::grid ? average_pool2d(map, window_)
                                         : reshape(map, {n, grid_.rows, 1, map.shape()[2] * map.shape()[3]});
  return projection_(dropout_(whole_batch(cells), mode, noise));
}

Variable RecurrentTier::read(const Variable& patches) {
  const Index n = patches.shape()[0];
  if (attention_) {
    const Variable read = (*attention_)(columns_of(patches));
    return permute(reshape(read, {n, grid_.columns, grid_.rows, hidden_}), {0, 2, 1, 3});
  }
  if (!recurrent_) return patches;
  // A time step is a row; every column of every image is one sequence.
  Variable sequences = reshape(permute(patches, {1, 0, 2, 3}), {grid_.rows, n * grid_.columns, hidden_});
  Variable read = (*recurrent_)(sequences);
  return permute(reshape(read, {grid_.rows, n, grid_.columns, outputs()}), {1, 0, 2, 3});
}

Tensor RecurrentTier::attention(const Variable& map) {
  require(attention_.has_value(), "this network has no attention weights; train one with --rnn attention");
  Random unused(0);
  const Tensor weights = attention_->weights(columns_of(project(map, Mode::infer, unused)));
  return weights.reshaped({map.shape()[0], grid_.columns, weights.shape()[1], grid_.rows, grid_.rows});
}

void RecurrentTier::list(const std::string& prefix, ParameterList& out) {
  projection_.list(prefix + ".projection", out);
  if (recurrent_) recurrent_->list(prefix + ".recurrent", out);
  if (attention_) attention_->list(prefix + ".attention", out);
}

}  // namespace triptych
