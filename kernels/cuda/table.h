#pragma once
// The kernels of the cuda device. Each is declared with the exact type of its pointer in Kernels, so that a
// definition with different parameters is a different function and the linker reports it.
#include <type_traits>

#include "kernels/cuda/host.h"

namespace triptych::cuda {

#define TRIPTYCH_KERNEL(name) std::remove_pointer_t<decltype(Kernels::name)> name

// memory.cu
TRIPTYCH_KERNEL(allocate);
TRIPTYCH_KERNEL(release);
TRIPTYCH_KERNEL(copy_in);
TRIPTYCH_KERNEL(copy_out);
TRIPTYCH_KERNEL(copy);
TRIPTYCH_KERNEL(synchronise);

// gemm.cu
TRIPTYCH_KERNEL(gemm);

// distance.cu
TRIPTYCH_KERNEL(pairwise_distance_forward);
TRIPTYCH_KERNEL(pairwise_distance_backward);

// convolution.cu
TRIPTYCH_KERNEL(convolution_forward);
TRIPTYCH_KERNEL(convolution_activation_pool_forward);

// convolution_backward.cu
TRIPTYCH_KERNEL(convolution_backward_input);
TRIPTYCH_KERNEL(convolution_backward_weights);
TRIPTYCH_KERNEL(convolution_activation_pool_backward);

// pooling.cu
TRIPTYCH_KERNEL(activation_pool_backward);
TRIPTYCH_KERNEL(max_pool_forward);
TRIPTYCH_KERNEL(max_pool_backward);
TRIPTYCH_KERNEL(average_pool_forward);
TRIPTYCH_KERNEL(average_pool_backward);

// strips.cu
TRIPTYCH_KERNEL(strip_max_forward);
TRIPTYCH_KERNEL(strip_max_backward);
TRIPTYCH_KERNEL(strip_mean_forward);
TRIPTYCH_KERNEL(strip_mean_backward);

// elman.cu
TRIPTYCH_KERNEL(elman_forward);
TRIPTYCH_KERNEL(elman_backward);

// lstm.cu
TRIPTYCH_KERNEL(lstm_forward);
TRIPTYCH_KERNEL(lstm_backward);

// gru.cu
TRIPTYCH_KERNEL(gru_forward);
TRIPTYCH_KERNEL(gru_backward);

// activations.cu
TRIPTYCH_KERNEL(activation_forward);
TRIPTYCH_KERNEL(activation_backward);
TRIPTYCH_KERNEL(dropout_forward);
TRIPTYCH_KERNEL(dropout_backward);

// elementwise.cu
TRIPTYCH_KERNEL(fill);
TRIPTYCH_KERNEL(add_scaled);
TRIPTYCH_KERNEL(scale);
TRIPTYCH_KERNEL(binary);
TRIPTYCH_KERNEL(binary_backward);
TRIPTYCH_KERNEL(copy_strided);

// map.cu
TRIPTYCH_KERNEL(map_forward);
TRIPTYCH_KERNEL(map_backward);
TRIPTYCH_KERNEL(copy_where);
TRIPTYCH_KERNEL(gather);
TRIPTYCH_KERNEL(scatter_add);

// reductions.cu
TRIPTYCH_KERNEL(sum_axis_forward);
TRIPTYCH_KERNEL(sum_axis_backward);
TRIPTYCH_KERNEL(max_axis_forward);
TRIPTYCH_KERNEL(max_axis_backward);
TRIPTYCH_KERNEL(squared_norm);
TRIPTYCH_KERNEL(count_nonfinite);

// l2_normalise.cu
TRIPTYCH_KERNEL(l2_normalise_forward);
TRIPTYCH_KERNEL(l2_normalise_backward);

// batch_norm.cu
TRIPTYCH_KERNEL(batch_norm_statistics);
TRIPTYCH_KERNEL(batch_norm_forward);
TRIPTYCH_KERNEL(batch_norm_backward);

// batch_norm_pool.cu
TRIPTYCH_KERNEL(batch_norm_activation_pool_forward);
TRIPTYCH_KERNEL(batch_norm_activation_pool_backward);

// layer_norm.cu
TRIPTYCH_KERNEL(layer_norm_forward);
TRIPTYCH_KERNEL(layer_norm_backward);

// softmax.cu
TRIPTYCH_KERNEL(softmax_forward);
TRIPTYCH_KERNEL(softmax_backward);
TRIPTYCH_KERNEL(log_softmax_forward);
TRIPTYCH_KERNEL(log_softmax_backward);
TRIPTYCH_KERNEL(cross_entropy_forward);
TRIPTYCH_KERNEL(cross_entropy_backward);

// losses.cu
TRIPTYCH_KERNEL(binary_cross_entropy_forward);
TRIPTYCH_KERNEL(binary_cross_entropy_backward);
TRIPTYCH_KERNEL(triplet_forward);
TRIPTYCH_KERNEL(triplet_backward);

// patches.cu
TRIPTYCH_KERNEL(patch_match_forward);
TRIPTYCH_KERNEL(patch_match_backward);

// maps.cu
TRIPTYCH_KERNEL(smooth_grid);
TRIPTYCH_KERNEL(threshold_rows);

// optimizers.cu
TRIPTYCH_KERNEL(sgd);
TRIPTYCH_KERNEL(adam);

#undef TRIPTYCH_KERNEL

// The complete table.
const Kernels& kernels();

}  // namespace triptych::cuda
