// Copies between arrays of any layout, including transpositions.
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/strided.h"
#include "kernels/cuda/table.h"

namespace triptych::cuda {

// One thread per element, in the order of the shape.
__global__ void copy_strided_kernel(int n, Axes axes, bool accumulate, const float* a, float* b) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Axes::Place at = axes.place(static_cast<int>(i));
    b[at.b] = accumulate ? b[at.b] + a[at.a] : a[at.a];
  }
}

// If a is contiguous along one axis and b along another, then whichever of the two a warp follows, its 32
// threads access 32 sectors of the other array. So a block copies a tile of 32 x 32: it reads along a's axis
// into shared memory and writes along b's.
//
// Bank conflicts: when reading a, a warp stores to place[row][0 .. 31]; when writing b, it loads
// place[0 .. 31][row]: 32 elements at a distance of one row. Rows of 32 floats would put them in one bank;
// with rows of 33 they are in 32 different banks: bank = 33 lane + row = lane + row (mod 32).
struct Transposition {
  int width = 0, height = 0;     // elements along a's contiguous axis, and along b's
  Index a_step = 0, b_step = 0;  // from one row to the next, in a; from one column to the next, in b
  int tiles_across = 0, tiles_down = 0;
  Axes others;  // one tile is transposed for each index along them
};

inline constexpr int transposed_tile = 32, transposed_rows = block_threads / transposed_tile;

__global__ void __launch_bounds__(block_threads)
    transpose_kernel(Transposition transposition, bool accumulate, const float* a, float* b) {
  __shared__ float tile[transposed_tile][transposed_tile + 1];
  const int lane = static_cast<int>(threadIdx.x), first = static_cast<int>(threadIdx.y);
  const int block = static_cast<int>(blockIdx.x), line = block / transposition.tiles_across;
  const int x = block % transposition.tiles_across * transposed_tile;
  const int y = line % transposition.tiles_down * transposed_tile;
  const Axes::Place at = transposition.others.place(line / transposition.tiles_down);
  for (int i = first; i < transposed_tile; i += transposed_rows)
    if (x + lane < transposition.width && y + i < transposition.height)
      tile[i][lane] = a[at.a + (y + i) * transposition.a_step + x + lane];
  __syncthreads();
  for (int i = first; i < transposed_tile; i += transposed_rows)
    if (y + lane < transposition.height && x + i < transposition.width) {
      float& to = b[at.b + (x + i) * transposition.b_step + y + lane];
      to = accumulate ? to + tile[lane][i] : tile[lane][i];
    }
}

// The axis along which an array with these strides is contiguous; -1 if there is none.
static int fast_axis(const Axes& axes, const Index (&steps)[4]) {
  for (int axis = axes.count - 1; axis >= 0; --axis)
    if (steps[axis] == 1) return axis;
  return -1;
}

void copy_strided(Context& context, const StridedShape& s, bool accumulate, const float* a, float* b) {
  if (s.elements() == 0) return;
  const Axes axes = axes_of(s);
  if (!accumulate && axes.count == 1 && axes.a[0] == 1 && axes.b[0] == 1)
    return copy(context, b, a, static_cast<std::size_t>(s.elements()) * sizeof(float));
  const int along_a = fast_axis(axes, axes.a), along_b = fast_axis(axes, axes.b);
  // A side of fewer than 8 floats, one sector, would leave most of a tile empty and gain nothing.
  const bool transposed = along_a >= 0 && along_b >= 0 && along_a != along_b && axes.size[along_a] >= 8 &&
                          axes.size[along_b] >= 8;
  if (!transposed)
    return start_elements(context, "copy_strided", copy_strided_kernel, s.elements(), axes, accumulate, a, b);
  Transposition transposition;
  transposition.width = axes.size[along_a], transposition.b_step = axes.b[along_a];
  transposition.height = axes.size[along_b], transposition.a_step = axes.a[along_b];
  transposition.tiles_across = static_cast<int>(divide_up(transposition.width, transposed_tile));
  transposition.tiles_down = static_cast<int>(divide_up(transposition.height, transposed_tile));
  for (int axis = 0; axis < axes.count; ++axis)
    if (axis != along_a && axis != along_b)
      transposition.others.add(axes.size[axis], axes.a[axis], axes.b[axis], 0);
  const Index blocks =
      transposition.others.elements() * transposition.tiles_across * transposition.tiles_down;
  start(context, "copy_strided (transposed)", transpose_kernel, dim3(static_cast<unsigned>(blocks)),
        dim3(transposed_tile, transposed_rows), transposition, accumulate, a, b);
}

}  // namespace triptych::cuda
