#include "kernels/backends.h"
#include "kernels/reference/reference.h"

namespace triptych::reference {

const Kernels kernels = {
    .name = "reference",
    .description = "textbook loops with double accumulators: the judge of the other devices; slow",
    .host_memory = true,

    // memory.cpp
    .allocate = allocate,
    .release = release,
    .copy_in = copy_in,
    .copy_out = copy_out,
    .copy = copy,
    .fill = fill,
    .synchronise = synchronise,

    // linear_algebra.cpp
    .gemm = gemm,
    .pairwise_distance_forward = pairwise_distance_forward,
    .pairwise_distance_backward = pairwise_distance_backward,

    // convolution.cpp
    .convolution_forward = convolution_forward,
    .convolution_backward_input = convolution_backward_input,
    .convolution_backward_weights = convolution_backward_weights,
    .convolution_activation_pool_forward = convolution_activation_pool_forward,
    .convolution_activation_pool_backward = convolution_activation_pool_backward,
    .activation_pool_backward = activation_pool_backward,

    // pooling.cpp
    .max_pool_forward = max_pool_forward,
    .max_pool_backward = max_pool_backward,
    .average_pool_forward = average_pool_forward,
    .average_pool_backward = average_pool_backward,
    .strip_max_forward = strip_max_forward,
    .strip_max_backward = strip_max_backward,
    .strip_mean_forward = strip_mean_forward,
    .strip_mean_backward = strip_mean_backward,

    // recurrence.cpp
    .elman_forward = elman_forward,
    .elman_backward = elman_backward,
    .lstm_forward = lstm_forward,
    .lstm_backward = lstm_backward,
    .gru_forward = gru_forward,
    .gru_backward = gru_backward,

    // activations.cpp
    .activation_forward = activation_forward,
    .activation_backward = activation_backward,
    .dropout_forward = dropout_forward,
    .dropout_backward = dropout_backward,

    // maps.cpp
    .map_forward = map_forward,
    .map_backward = map_backward,
    .copy_where = copy_where,
    .gather = gather,
    .scatter_add = scatter_add,

    // elementwise.cpp
    .add_scaled = add_scaled,
    .scale = scale,
    .binary = binary,
    .binary_backward = binary_backward,
    .copy_strided = copy_strided,

    // reductions.cpp
    .sum_axis_forward = sum_axis_forward,
    .sum_axis_backward = sum_axis_backward,
    .max_axis_forward = max_axis_forward,
    .max_axis_backward = max_axis_backward,
    .squared_norm = squared_norm,
    .count_nonfinite = count_nonfinite,

    // normalisation.cpp
    .l2_normalise_forward = l2_normalise_forward,
    .l2_normalise_backward = l2_normalise_backward,
    .batch_norm_statistics = batch_norm_statistics,
    .batch_norm_forward = batch_norm_forward,
    .batch_norm_backward = batch_norm_backward,
    .batch_norm_activation_pool_forward = batch_norm_activation_pool_forward,
    .batch_norm_activation_pool_backward = batch_norm_activation_pool_backward,
    .layer_norm_forward = layer_norm_forward,
    .layer_norm_backward = layer_norm_backward,

    // losses.cpp
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

    // patches.cpp
    .patch_match_forward = patch_match_forward,
    .patch_match_backward = patch_match_backward,
    .smooth_grid = smooth_grid,
    .threshold_rows = threshold_rows,

    // optimizers.cpp
    .sgd = sgd,
    .adam = adam,
};

}  // namespace triptych::reference
