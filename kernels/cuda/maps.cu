// Maps over the patch grid: smoothing and thresholds. Grids are small, so a thread reads all cells that its
// own depends on.
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"

namespace triptych::cuda {

// y = the mean of x with weights exp(-distance^2 / (2 sigma^2)), over the cells of the grid within 3 sigma.
// Squared distances between cells are integers, so the limit 9 sigma^2 is rounded to one.
__global__ void smooth_grid_kernel(int n, int rows, int columns, int farthest2, float falloff, const float* x,
                                   float* y) {
  int reach = 0;
  while ((reach + 1) * (reach + 1) <= farthest2) ++reach;
  for (Index element = first_element(); element < n; element += all_threads()) {
    const int cell = static_cast<int>(element), i = cell / columns % rows, j = cell % columns;
    const float* map = x + (cell - i * columns - j);
    float sum = 0, total = 0;
    for (int r = i < reach ? 0 : i - reach; r < rows && r <= i + reach; ++r)
      for (int c = j < reach ? 0 : j - reach; c < columns && c <= j + reach; ++c) {
        const int distance2 = (r - i) * (r - i) + (c - j) * (c - j);
        if (distance2 > farthest2) continue;
        const float weight = distance2 == 0 ? 1.0f : expf(-static_cast<float>(distance2) * falloff);
        sum = fmaf(weight, map[r * columns + c], sum);
        total += weight;
      }
    y[element] = sum / total;
  }
}

void smooth_grid(Context& context, Index batch, Index rows, Index columns, float sigma, const float* x,
                 float* y) {
  const double variance = static_cast<double>(sigma) * static_cast<double>(sigma);
  const double whole_grid = static_cast<double>(rows * rows + columns * columns);
  const Index farthest2 = static_cast<Index>(9 * variance < whole_grid ? 9 * variance : whole_grid);
  const float falloff = sigma > 0 ? static_cast<float>(1 / (2 * variance)) : 0;
  start_elements(context, "smooth_grid", smooth_grid_kernel, batch * rows * columns, rows, columns, farthest2,
                 falloff, x, y);
}

// mask[i, j] = x[i, j] >= threshold[i]
__global__ void threshold_rows_kernel(int n, int columns, const float* x, const float* threshold,
                                      std::uint8_t* mask) {
  for (Index i = first_element(); i < n; i += all_threads())
    mask[i] = x[i] >= threshold[static_cast<int>(i) / columns];
}

void threshold_rows(Context& context, Index rows, Index columns, const float* x, const float* threshold,
                    std::uint8_t* mask) {
  start_elements(context, "threshold_rows", threshold_rows_kernel, rows * columns, columns, x, threshold,
                 mask);
}

}  // namespace triptych::cuda
