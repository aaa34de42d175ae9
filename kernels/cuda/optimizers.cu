// One launch updates all parameters: a network has a hundred small ones, and one launch for each would take
// longer than the work.
//
// The slices are split into chunks of 1024 elements, one block per chunk. Each call copies the table of
// slices to the card, asynchronously through pinned memory; a block finds its slice by binary search over the
// first chunks.
//
//   slices   [ conv1.weight      ][bias][ conv2.weight                ] ...
//   chunks   | 0 | 1 | 2 | 3 | 4 |  5   | 6 | 7 | ...
//   first    0                    5      6                              ...
#include <cmath>
#include <cstring>

#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"

namespace triptych::cuda {

constexpr int chunk_elements = 1024;

struct SliceTable {
  const ParameterSlice* slices;
  const Index* first_chunk;
  int count;
};

// The slice whose chunks include `chunk`.
__device__ inline int slice_of(const SliceTable& table, Index chunk) {
  int low = 0, high = table.count - 1;
  while (low < high) {
    const int middle = low + (high - low + 1) / 2;
    if (table.first_chunk[middle] <= chunk)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

// Calls update(slice, i) for every element of this block's chunk.
template <class Update>
__device__ inline void for_chunk(const SliceTable& table, const Update& update) {
  const int at = slice_of(table, blockIdx.x);
  const ParameterSlice slice = table.slices[at];
  const Index begin = (blockIdx.x - table.first_chunk[at]) * chunk_elements;
  for (Index i = begin + threadIdx.x; i < begin + chunk_elements && i < slice.size; i += blockDim.x)
    update(slice, i);
}

// v = momentum v + (g + decay value);  value -= rate v  (nesterov: rate (g + decay value + momentum v))
__global__ void sgd_kernel(SliceTable table, SgdRule rule) {
  for_chunk(table, [&](const ParameterSlice& slice, Index i) {
    const float value = slice.value[i], g = fmaf(slice.decay, value, slice.gradient[i]);
    const float v = fmaf(rule.momentum, slice.first[i], g);
    slice.first[i] = v;
    slice.value[i] = value - rule.rate * (rule.nesterov ? fmaf(rule.momentum, v, g) : v);
  });
}

// The part that does not depend on the parameter: the bias corrections of the averages are folded into two
// factors, in double.
struct AdamStep {
  float rate, beta1, rest1, beta2, rest2, correct1, correct2, epsilon;
  bool decoupled_decay;
};

// m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
// value -= rate (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon)
__global__ void adam_kernel(SliceTable table, AdamStep rule) {
  for_chunk(table, [&](const ParameterSlice& slice, Index i) {
    const float value = slice.value[i], shrink = slice.decay * value;
    const float g = slice.gradient[i] + (rule.decoupled_decay ? 0.0f : shrink);
    const float m = rule.beta1 * slice.first[i] + rule.rest1 * g;
    const float v = rule.beta2 * slice.second[i] + rule.rest2 * g * g;
    const float towards = m * rule.correct1 / (sqrtf(v * rule.correct2) + rule.epsilon);
    slice.first[i] = m;
    slice.second[i] = v;
    slice.value[i] = value - rule.rate * towards - (rule.decoupled_decay ? rule.rate * shrink : 0.0f);
  });
}

namespace {

template <class Rule>
void update_all(Context& context, const char* name, void (*kernel)(SliceTable, Rule), const Rule& rule,
                Index count, const ParameterSlice* slices) {
  std::vector<Index> first_chunk;
  Index chunks = 0;
  for (Index s = 0; s < count; ++s) {
    first_chunk.push_back(chunks);
    chunks += divide_up(slices[s].size, chunk_elements);
  }
  if (chunks == 0) return;
  Workspace scratch(context);
  auto* device_slices = scratch.take<ParameterSlice>(count);
  auto* device_first = scratch.take<Index>(count);
  if (failed(context)) return;
  send(context, device_slices, slices, static_cast<std::size_t>(count) * sizeof(ParameterSlice));
  send(context, device_first, first_chunk.data(), static_cast<std::size_t>(count) * sizeof(Index));
  start(context, name, kernel, dim3(static_cast<unsigned>(chunks)), dim3(block_threads),
        SliceTable{device_slices, device_first, static_cast<int>(count)}, rule);
}

}  // namespace

void sgd(Context& context, const SgdRule& rule, Index count, const ParameterSlice* slices) {
  update_all(context, "sgd", sgd_kernel, rule, count, slices);
}

void adam(Context& context, const AdamRule& rule, Index count, const ParameterSlice* slices) {
  const double step = static_cast<double>(rule.step), beta1 = rule.beta1, beta2 = rule.beta2;
  const AdamStep constants = {rule.rate,
                              rule.beta1,
                              static_cast<float>(1 - beta1),
                              rule.beta2,
                              static_cast<float>(1 - beta2),
                              static_cast<float>(1 / (1 - std::pow(beta1, step))),
                              static_cast<float>(1 / (1 - std::pow(beta2, step))),
                              rule.epsilon,
                              rule.decoupled_decay};
  update_all(context, "adam", adam_kernel, constants, count, slices);
}

}  // namespace triptych::cuda
