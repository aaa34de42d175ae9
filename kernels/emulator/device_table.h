#pragma once
#include "kernels/emulator/executor.h"
#include "kernels/kernels.h"

// Two devices from one table: kernels/cuda, compiled by g++, fills one Kernels; `emulator` and `ptx` differ
// only in the engine that executes its launches. So each entry of a device's table opens an EngineScope and
// calls the entry of kernels/cuda.
namespace triptych::emulator {

template <Engine engine, auto Member>
struct Entry;

template <Engine engine, class Result, class... Parameters,
          Result (*Kernels::*Member)(Context&, Parameters...)>
struct Entry<engine, Member> {
  inline static Result (*next)(Context&, Parameters...);
  static Result call(Context& context, Parameters... parameters) {
    const EngineScope scope(engine);
    return next(context, static_cast<Parameters>(parameters)...);
  }
};

// The table of kernels/cuda (`shared`) as the device `name`, with launches executed by `engine`.
template <Engine engine>
Kernels device_table(const Kernels& shared, const char* name, const char* description) {
  Kernels table = shared;
  table.name = name;
  table.description = description;
#define TRIPTYCH_ENTRY(member)                           \
  Entry<engine, &Kernels::member>::next = shared.member; \
  table.member = &Entry<engine, &Kernels::member>::call
  TRIPTYCH_ENTRY(allocate);
  TRIPTYCH_ENTRY(release);
  TRIPTYCH_ENTRY(copy_in);
  TRIPTYCH_ENTRY(copy_out);
  TRIPTYCH_ENTRY(copy);
  TRIPTYCH_ENTRY(fill);
  TRIPTYCH_ENTRY(synchronise);
  TRIPTYCH_ENTRY(gemm);
  TRIPTYCH_ENTRY(pairwise_distance_forward);
  TRIPTYCH_ENTRY(pairwise_distance_backward);
  TRIPTYCH_ENTRY(convolution_forward);
  TRIPTYCH_ENTRY(convolution_backward_input);
  TRIPTYCH_ENTRY(convolution_backward_weights);
  TRIPTYCH_ENTRY(convolution_activation_pool_forward);
  TRIPTYCH_ENTRY(convolution_activation_pool_backward);
  TRIPTYCH_ENTRY(activation_pool_backward);
  TRIPTYCH_ENTRY(max_pool_forward);
  TRIPTYCH_ENTRY(max_pool_backward);
  TRIPTYCH_ENTRY(average_pool_forward);
  TRIPTYCH_ENTRY(average_pool_backward);
  TRIPTYCH_ENTRY(strip_max_forward);
  TRIPTYCH_ENTRY(strip_max_backward);
  TRIPTYCH_ENTRY(strip_mean_forward);
  TRIPTYCH_ENTRY(strip_mean_backward);
  TRIPTYCH_ENTRY(elman_forward);
  TRIPTYCH_ENTRY(elman_backward);
  TRIPTYCH_ENTRY(lstm_forward);
  TRIPTYCH_ENTRY(lstm_backward);
  TRIPTYCH_ENTRY(gru_forward);
  TRIPTYCH_ENTRY(gru_backward);
  TRIPTYCH_ENTRY(activation_forward);
  TRIPTYCH_ENTRY(activation_backward);
  TRIPTYCH_ENTRY(dropout_forward);
  TRIPTYCH_ENTRY(dropout_backward);
  TRIPTYCH_ENTRY(add_scaled);
  TRIPTYCH_ENTRY(scale);
  TRIPTYCH_ENTRY(binary);
  TRIPTYCH_ENTRY(binary_backward);
  TRIPTYCH_ENTRY(copy_strided);
  TRIPTYCH_ENTRY(sum_axis_forward);
  TRIPTYCH_ENTRY(sum_axis_backward);
  TRIPTYCH_ENTRY(max_axis_forward);
  TRIPTYCH_ENTRY(max_axis_backward);
  TRIPTYCH_ENTRY(squared_norm);
  TRIPTYCH_ENTRY(count_nonfinite);
  TRIPTYCH_ENTRY(l2_normalise_forward);
  TRIPTYCH_ENTRY(l2_normalise_backward);
  TRIPTYCH_ENTRY(batch_norm_statistics);
  TRIPTYCH_ENTRY(batch_norm_forward);
  TRIPTYCH_ENTRY(batch_norm_backward);
  TRIPTYCH_ENTRY(batch_norm_activation_pool_forward);
  TRIPTYCH_ENTRY(batch_norm_activation_pool_backward);
  TRIPTYCH_ENTRY(softmax_forward);
  TRIPTYCH_ENTRY(softmax_backward);
  TRIPTYCH_ENTRY(log_softmax_forward);
  TRIPTYCH_ENTRY(log_softmax_backward);
  TRIPTYCH_ENTRY(cross_entropy_forward);
  TRIPTYCH_ENTRY(cross_entropy_backward);
  TRIPTYCH_ENTRY(binary_cross_entropy_forward);
  TRIPTYCH_ENTRY(binary_cross_entropy_backward);
  TRIPTYCH_ENTRY(triplet_forward);
  TRIPTYCH_ENTRY(triplet_backward);
  TRIPTYCH_ENTRY(patch_match_forward);
  TRIPTYCH_ENTRY(patch_match_backward);
  TRIPTYCH_ENTRY(smooth_grid);
  TRIPTYCH_ENTRY(threshold_rows);
  TRIPTYCH_ENTRY(map_forward);
  TRIPTYCH_ENTRY(map_backward);
  TRIPTYCH_ENTRY(copy_where);
  TRIPTYCH_ENTRY(gather);
  TRIPTYCH_ENTRY(scatter_add);
  TRIPTYCH_ENTRY(layer_norm_forward);
  TRIPTYCH_ENTRY(layer_norm_backward);
  TRIPTYCH_ENTRY(sgd);
  TRIPTYCH_ENTRY(adam);
#undef TRIPTYCH_ENTRY
  return table;
}

}  // namespace triptych::emulator
