// The filled struct, and the entry point of the module build/device_cuda.so.
#include "kernels/cuda/table.h"

namespace triptych::cuda {

const Kernels& kernels() {
  static const Kernels table = {
      .name = "cuda",
      .description = "hand-written CUDA kernels",
      .host_memory = false,
      .allocate = allocate,
      .release = release,
      .copy_in = copy_in,
      .copy_out = copy_out,
      .copy = copy,
      .fill = fill,
      .synchronise = synchronise,
      .gemm = gemm,
      .pairwise_distance_forward = pairwise_distance_forward,
      .pairwise_distance_backward = pairwise_distance_backward,
      .convolution_forward = convolution_forward,
      .convolution_backward_input = convolution_backward_input,
      .convolution_backward_weights = convolution_backward_weights,
      .convolution_activation_pool_forward = convolution_activation_pool_forward,
      .convolution_activation_pool_backward = convolution_activation_pool_backward,
      .activation_pool_backward = activation_pool_backward,
      .max_pool_forward = max_pool_forward,
      .max_pool_backward = max_pool_backward,
      .average_pool_forward = average_pool_forward,
      .average_pool_backward = average_pool_backward,
      .strip_max_forward = strip_max_forward,
      .strip_max_backward = strip_max_backward,
      .strip_mean_forward = strip_mean_forward,
      .strip_mean_backward = strip_mean_backward,
      .elman_forward = elman_forward,
      .elman_backward = elman_backward,
      .lstm_forward = lstm_forward,
      .lstm_backward = lstm_backward,
      .gru_forward = gru_forward,
      .gru_backward = gru_backward,
      .activation_forward = activation_forward,
      .activation_backward = activation_backward,
      .dropout_forward = dropout_forward,
      .dropout_backward = dropout_backward,
      .map_forward = map_forward,
      .map_backward = map_backward,
      .copy_where = copy_where,
      .gather = gather,
      .scatter_add = scatter_add,
      .add_scaled = add_scaled,
      .scale = scale,
      .binary = binary,
      .binary_backward = binary_backward,
      .copy_strided = copy_strided,
      .sum_axis_forward = sum_axis_forward,
      .sum_axis_backward = sum_axis_backward,
      .max_axis_forward = max_axis_forward,
      .max_axis_backward = max_axis_backward,
      .squared_norm = squared_norm,
      .count_nonfinite = count_nonfinite,
      .l2_normalise_forward = l2_normalise_forward,
      .l2_normalise_backward = l2_normalise_backward,
      .batch_norm_statistics = batch_norm_statistics,
      .batch_norm_forward = batch_norm_forward,
      .batch_norm_backward = batch_norm_backward,
      .batch_norm_activation_pool_forward = batch_norm_activation_pool_forward,
      .batch_norm_activation_pool_backward = batch_norm_activation_pool_backward,
      .layer_norm_forward = layer_norm_forward,
      .layer_norm_backward = layer_norm_backward,
      .softmax_forward = softmax_forward,
      .softmax_backward = softmax_backward,
      .log_softmax_forward = log_softmax_forward,
      .log_softmax_backward = log_softmax_backward,
      .cross_entropy_forward = cross_entropy_forward,
      .cross_entropy_backward = cross_entropy_backward,
      .binary_cross_entropy_forward = binary_cross_entropy_forward,
      .binary_cross_entropy_backward = binary_cross_entropy_backward,
      .triplet_forward = triplet_forward,
      .triplet_backward = triplet_backward,
      .patch_match_forward = patch_match_forward,
      .patch_match_backward = patch_match_backward,
      .smooth_grid = smooth_grid,
      .threshold_rows = threshold_rows,
      .sgd = sgd,
      .adam = adam,
  };
  return table;
}

namespace {

// Whether there is a usable card: its description, or the reason why not.
struct Card {
  bool there = false;
  std::string words;
};

Card look_for_card() {
  int count = 0, device = 0;
  cudaDeviceProp properties = {};
  const cudaError_t counted = cudaGetDeviceCount(&count);
  if (counted != cudaSuccess) return {false, std::string("CUDA says: ") + cudaGetErrorString(counted)};
  if (count == 0) return {false, "CUDA sees no GPU in this machine"};
  cudaGetDevice(&device);
  if (cudaGetDeviceProperties(&properties, device) != cudaSuccess) return {false, "the GPU does not answer"};
  return {true, std::string(properties.name) + ", compute capability " + std::to_string(properties.major) +
                    "." + std::to_string(properties.minor) + ", " +
                    std::to_string(properties.totalGlobalMem >> 30) + " GiB"};
}

}  // namespace
}  // namespace triptych::cuda

// Exported by the module: its kernels, with a description of the card in *words; or null, with the reason in
// *words.
extern "C" const triptych::Kernels* triptych_device_kernels(const char** words) {
  static const triptych::cuda::Card card = triptych::cuda::look_for_card();
  if (words) *words = card.words.c_str();
  return card.there ? &triptych::cuda::kernels() : nullptr;
}
