#pragma once
// The kernels of one instruction set. Each is declared with the exact type of its pointer in Kernels, so that
// a definition with different parameters is a different function and the linker reports it.
#include <type_traits>

#include "kernels/cpu/simd.h"
#include "kernels/kernels.h"

namespace triptych::cpu::TRIPTYCH_ISA {

#define TRIPTYCH_KERNEL(name) std::remove_pointer_t<decltype(Kernels::name)> name

// gemm.cpp
TRIPTYCH_KERNEL(gemm);

// distance.cpp
TRIPTYCH_KERNEL(pairwise_distance_forward);
TRIPTYCH_KERNEL(pairwise_distance_backward);

// convolution.cpp
TRIPTYCH_KERNEL(convolution_forward);
TRIPTYCH_KERNEL(convolution_activation_pool_forward);
TRIPTYCH_KERNEL(convolution_backward_input);

// convolution_weights.cpp
TRIPTYCH_KERNEL(convolution_backward_weights);

// convolution_pool_backward.cpp
TRIPTYCH_KERNEL(convolution_activation_pool_backward);

// pooling.cpp
TRIPTYCH_KERNEL(activation_pool_backward);
TRIPTYCH_KERNEL(max_pool_forward);
TRIPTYCH_KERNEL(max_pool_backward);
TRIPTYCH_KERNEL(average_pool_forward);
TRIPTYCH_KERNEL(average_pool_backward);

// strips.cpp
TRIPTYCH_KERNEL(strip_max_forward);
TRIPTYCH_KERNEL(strip_max_backward);
TRIPTYCH_KERNEL(strip_mean_forward);
TRIPTYCH_KERNEL(strip_mean_backward);

// elman.cpp
TRIPTYCH_KERNEL(elman_forward);
TRIPTYCH_KERNEL(elman_backward);

// lstm.cpp
TRIPTYCH_KERNEL(lstm_forward);
TRIPTYCH_KERNEL(lstm_backward);

// gru.cpp
TRIPTYCH_KERNEL(gru_forward);
TRIPTYCH_KERNEL(gru_backward);

// activations.cpp
TRIPTYCH_KERNEL(activation_forward);
TRIPTYCH_KERNEL(activation_backward);
TRIPTYCH_KERNEL(dropout_forward);
TRIPTYCH_KERNEL(dropout_backward);

// elementwise.cpp
TRIPTYCH_KERNEL(fill);
TRIPTYCH_KERNEL(add_scaled);
TRIPTYCH_KERNEL(scale);
TRIPTYCH_KERNEL(binary);
TRIPTYCH_KERNEL(binary_backward);
TRIPTYCH_KERNEL(copy_strided);

// maps.cpp
TRIPTYCH_KERNEL(map_forward);
TRIPTYCH_KERNEL(map_backward);
TRIPTYCH_KERNEL(copy_where);
TRIPTYCH_KERNEL(gather);
TRIPTYCH_KERNEL(scatter_add);
TRIPTYCH_KERNEL(layer_norm_forward);
TRIPTYCH_KERNEL(layer_norm_backward);

// reductions.cpp
TRIPTYCH_KERNEL(sum_axis_forward);
TRIPTYCH_KERNEL(sum_axis_backward);
TRIPTYCH_KERNEL(max_axis_forward);
TRIPTYCH_KERNEL(max_axis_backward);
TRIPTYCH_KERNEL(squared_norm);
TRIPTYCH_KERNEL(count_nonfinite);

// normalisation.cpp
TRIPTYCH_KERNEL(l2_normalise_forward);
TRIPTYCH_KERNEL(l2_normalise_backward);
TRIPTYCH_KERNEL(batch_norm_statistics);
TRIPTYCH_KERNEL(batch_norm_forward);
TRIPTYCH_KERNEL(batch_norm_backward);

// batch_norm_pool.cpp
TRIPTYCH_KERNEL(batch_norm_activation_pool_forward);
TRIPTYCH_KERNEL(batch_norm_activation_pool_backward);

// losses.cpp
TRIPTYCH_KERNEL(softmax_forward);
TRIPTYCH_KERNEL(softmax_backward);
TRIPTYCH_KERNEL(log_softmax_forward);
TRIPTYCH_KERNEL(log_softmax_backward);
TRIPTYCH_KERNEL(cross_entropy_forward);
TRIPTYCH_KERNEL(cross_entropy_backward);
TRIPTYCH_KERNEL(binary_cross_entropy_forward);
TRIPTYCH_KERNEL(binary_cross_entropy_backward);
TRIPTYCH_KERNEL(triplet_forward);
TRIPTYCH_KERNEL(triplet_backward);

// patches.cpp
TRIPTYCH_KERNEL(patch_match_forward);
TRIPTYCH_KERNEL(patch_match_backward);
TRIPTYCH_KERNEL(smooth_grid);
TRIPTYCH_KERNEL(threshold_rows);

// optimizers.cpp
TRIPTYCH_KERNEL(sgd);
TRIPTYCH_KERNEL(adam);

#undef TRIPTYCH_KERNEL

// The table. kernels.cpp adds the entries for memory, which are the same for every instruction set.
extern const Kernels table;

}  // namespace triptych::cpu::TRIPTYCH_ISA
