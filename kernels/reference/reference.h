#pragma once
#include <type_traits>

#include "kernels/kernels.h"

// The functions behind reference::kernels. Each has the signature of the member of Kernels with the same
// name, whose comment in kernels/kernels.h gives the formula, the shapes and the layout.
namespace triptych::reference {

template <class Pointer>
using Function = std::remove_pointer_t<Pointer>;

// memory.cpp
Function<decltype(Kernels::allocate)> allocate;
Function<decltype(Kernels::release)> release;
Function<decltype(Kernels::copy_in)> copy_in;
Function<decltype(Kernels::copy_out)> copy_out;
Function<decltype(Kernels::copy)> copy;
Function<decltype(Kernels::fill)> fill;
Function<decltype(Kernels::synchronise)> synchronise;

// linear_algebra.cpp
Function<decltype(Kernels::gemm)> gemm;
Function<decltype(Kernels::pairwise_distance_forward)> pairwise_distance_forward;
Function<decltype(Kernels::pairwise_distance_backward)> pairwise_distance_backward;

// convolution.cpp
Function<decltype(Kernels::convolution_forward)> convolution_forward;
Function<decltype(Kernels::convolution_backward_input)> convolution_backward_input;
Function<decltype(Kernels::convolution_backward_weights)> convolution_backward_weights;
Function<decltype(Kernels::convolution_activation_pool_forward)> convolution_activation_pool_forward;
Function<decltype(Kernels::convolution_activation_pool_backward)> convolution_activation_pool_backward;
Function<decltype(Kernels::activation_pool_backward)> activation_pool_backward;

// pooling.cpp
Function<decltype(Kernels::max_pool_forward)> max_pool_forward;
Function<decltype(Kernels::max_pool_backward)> max_pool_backward;
Function<decltype(Kernels::average_pool_forward)> average_pool_forward;
Function<decltype(Kernels::average_pool_backward)> average_pool_backward;
Function<decltype(Kernels::strip_max_forward)> strip_max_forward;
Function<decltype(Kernels::strip_max_backward)> strip_max_backward;
Function<decltype(Kernels::strip_mean_forward)> strip_mean_forward;
Function<decltype(Kernels::strip_mean_backward)> strip_mean_backward;

// recurrence.cpp
Function<decltype(Kernels::elman_forward)> elman_forward;
Function<decltype(Kernels::elman_backward)> elman_backward;
Function<decltype(Kernels::lstm_forward)> lstm_forward;
Function<decltype(Kernels::lstm_backward)> lstm_backward;
Function<decltype(Kernels::gru_forward)> gru_forward;
Function<decltype(Kernels::gru_backward)> gru_backward;

// activations.cpp
Function<decltype(Kernels::activation_forward)> activation_forward;
Function<decltype(Kernels::activation_backward)> activation_backward;
Function<decltype(Kernels::dropout_forward)> dropout_forward;
Function<decltype(Kernels::dropout_backward)> dropout_backward;

// elementwise.cpp
Function<decltype(Kernels::add_scaled)> add_scaled;
Function<decltype(Kernels::scale)> scale;
Function<decltype(Kernels::binary)> binary;
Function<decltype(Kernels::binary_backward)> binary_backward;
Function<decltype(Kernels::copy_strided)> copy_strided;

// maps.cpp
Function<decltype(Kernels::map_forward)> map_forward;
Function<decltype(Kernels::map_backward)> map_backward;
Function<decltype(Kernels::copy_where)> copy_where;
Function<decltype(Kernels::gather)> gather;
Function<decltype(Kernels::scatter_add)> scatter_add;

// reductions.cpp
Function<decltype(Kernels::sum_axis_forward)> sum_axis_forward;
Function<decltype(Kernels::sum_axis_backward)> sum_axis_backward;
Function<decltype(Kernels::max_axis_forward)> max_axis_forward;
Function<decltype(Kernels::max_axis_backward)> max_axis_backward;
Function<decltype(Kernels::squared_norm)> squared_norm;
Function<decltype(Kernels::count_nonfinite)> count_nonfinite;

// normalisation.cpp
Function<decltype(Kernels::l2_normalise_forward)> l2_normalise_forward;
Function<decltype(Kernels::l2_normalise_backward)> l2_normalise_backward;
Function<decltype(Kernels::batch_norm_statistics)> batch_norm_statistics;
Function<decltype(Kernels::batch_norm_forward)> batch_norm_forward;
Function<decltype(Kernels::batch_norm_backward)> batch_norm_backward;
Function<decltype(Kernels::batch_norm_activation_pool_forward)> batch_norm_activation_pool_forward;
Function<decltype(Kernels::batch_norm_activation_pool_backward)> batch_norm_activation_pool_backward;
Function<decltype(Kernels::layer_norm_forward)> layer_norm_forward;
Function<decltype(Kernels::layer_norm_backward)> layer_norm_backward;

// losses.cpp
Function<decltype(Kernels::softmax_forward)> softmax_forward;
Function<decltype(Kernels::softmax_backward)> softmax_backward;
Function<decltype(Kernels::log_softmax_forward)> log_softmax_forward;
Function<decltype(Kernels::log_softmax_backward)> log_softmax_backward;
Function<decltype(Kernels::cross_entropy_forward)> cross_entropy_forward;
Function<decltype(Kernels::cross_entropy_backward)> cross_entropy_backward;
Function<decltype(Kernels::binary_cross_entropy_forward)> binary_cross_entropy_forward;
Function<decltype(Kernels::binary_cross_entropy_backward)> binary_cross_entropy_backward;
Function<decltype(Kernels::triplet_forward)> triplet_forward;
Function<decltype(Kernels::triplet_backward)> triplet_backward;

// patches.cpp
Function<decltype(Kernels::patch_match_forward)> patch_match_forward;
Function<decltype(Kernels::patch_match_backward)> patch_match_backward;
Function<decltype(Kernels::smooth_grid)> smooth_grid;
Function<decltype(Kernels::threshold_rows)> threshold_rows;

// optimizers.cpp
Function<decltype(Kernels::sgd)> sgd;
Function<decltype(Kernels::adam)> adam;

}  // namespace triptych::reference
