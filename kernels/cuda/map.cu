// Elementwise functions, selections by a mask, and rows selected by an index: one thread per element.
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/strided.h"

namespace triptych::cuda {

// All threads of a launch have the same map: the switch costs a comparison and never diverges.
__device__ inline float map(const MapRule& rule, float x) {
  switch (rule.map) {
    case Map::exp:
      return expf(x);
    case Map::log:
      return logf(x);
    case Map::sqrt:
      return sqrtf(x);
    case Map::abs:
      return fabsf(x);
    case Map::power:
      return powf(x, rule.a);
    case Map::clamp:
      return x < rule.a ? rule.a : x > rule.b ? rule.b : x;  // in this order NaN propagates
  }
  return x;
}

__device__ inline float map_slope(const MapRule& rule, float x, float y) {
  switch (rule.map) {
    case Map::exp:
      return y;
    case Map::log:
      return 1.0f / x;
    case Map::sqrt:
      return 0.5f / y;
    case Map::abs:
      return x > 0 ? 1.0f : x < 0 ? -1.0f : x;
    case Map::power:
      return rule.a == 0 ? 0.0f : rule.a * powf(x, rule.a - 1);
    case Map::clamp:
      return x < rule.a || x > rule.b ? 0.0f : 1.0f;
  }
  return 1;
}

__global__ void map_forward_kernel(Index n, MapRule rule, const float* x, float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) y[i] = map(rule, x[i]);
}

void map_forward(Context& context, const MapRule& rule, Index n, const float* x, float* y) {
  start_elements(context, "map_forward", map_forward_kernel, n, rule, x, y);
}

__global__ void map_backward_kernel(Index n, MapRule rule, const float* x, const float* y, const float* dy,
                                    float* dx) {
  for (Index i = first_element(); i < n; i += all_threads())
    dx[i] = fmaf(dy[i], map_slope(rule, x[i], y[i]), dx[i]);
}

void map_backward(Context& context, const MapRule& rule, Index n, const float* x, const float* y,
                  const float* dy, float* dx) {
  if (dx) start_elements(context, "map_backward", map_backward_kernel, n, rule, x, y, dy, dx);
}

__global__ void copy_where_kernel(int n, Axes axes, bool wanted, bool accumulate, const std::uint8_t* mask,
                                  const float* x, float* y) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Axes::Place at = axes.place(static_cast<int>(i));
    if ((mask[at.a] != 0) == wanted) y[i] = accumulate ? y[i] + x[at.b] : x[at.b];
  }
}

void copy_where(Context& context, const StridedShape& s, bool wanted, bool accumulate,
                const std::uint8_t* mask, const float* x, float* y) {
  start_elements(context, "copy_where", copy_where_kernel, s.elements(), axes_of(s), wanted, accumulate, mask,
                 x, y);
}

__global__ void gather_kernel(int n, int axis, int inner, int count, const std::int32_t* index,
                              const float* x, float* y) {
  for (Index element = first_element(); element < n; element += all_threads()) {
    const int at = static_cast<int>(element), row = at / inner;
    y[at] = x[(Index(row / count) * axis + index[row % count]) * inner + at % inner];
  }
}

void gather(Context& context, const GatherShape& s, const std::int32_t* index, const float* x, float* y) {
  start_elements(context, "gather", gather_kernel, s.outer * s.count * s.inner, s.axis, s.inner, s.count,
                 index, x, y);
}

// One thread per element of x adds its elements of y in order: no atomic additions, the same bits in every
// run.
__global__ void scatter_add_kernel(int n, int axis, int inner, int count, const std::int32_t* order,
                                   const std::int32_t* start, const float* y, float* x) {
  for (Index element = first_element(); element < n; element += all_threads()) {
    const int at = static_cast<int>(element), row = at / inner, place = row % axis;
    float sum = 0;
    for (int p = start[place]; p < start[place + 1]; ++p)
      sum += y[(Index(row / axis) * count + order[p]) * inner + at % inner];
    x[at] += sum;
  }
}

void scatter_add(Context& context, const GatherShape& s, const std::int32_t* order, const std::int32_t* start,
                 const float* y, float* x) {
  start_elements(context, "scatter_add", scatter_add_kernel, s.outer * s.axis * s.inner, s.axis, s.inner,
                 s.count, order, start, y, x);
}

}  // namespace triptych::cuda
