// The movement of data: copies between arrays of any layout, and the transposition that hides in some of
// them.
#include "kernels/cuda/device.cuh"
#include "kernels/cuda/host.h"
#include "kernels/cuda/strided.h"
#include "kernels/cuda/table.h"

namespace triptych::cuda {

// A thread for each element, in the order of the shape.
__global__ void copy_strided_kernel(int n, Axes axes, bool accumulate, const float* a, float* b) {
  for (Index i = first_element(); i < n; i += all_threads()) {
    const Axes::Place at = axes.place(static_cast<int>(i));
    b[at.b] = accumulate ? b[at.b] + a[at.a] : a[at.a];
  }
}

// Neighbours in a lie along one axis and neighbours in b along another: whichever of the two a warp follows,
// its 32 threads touch 32 sectors of the other array. So a block takes a tile of 32 x 32, reads it along a's
// axis into shared memory, and writes it along b's.
//
//   shared memory: reading, a warp writes place[row][0 .. 31]; writing, it reads place[0 .. 31][row]: 32 numbers that lie a row
//   apart. Rows of 32 would begin in one bank; rows of 33 begin in 32 different ones: bank = 33 lane + row = lane + row (mod 32)
struct Transposition {
  int width = 0, height = 0;     // elements along a's axis (neighbours in a), and along b's
  Index a_step = 0, b_step = 0;  // from one row to the next, in a; from one column to the next, in b
  int tiles_across = 0, tiles_down = 0;
  Axes others;  // a tile is transposed for each of their places
};

inline constexpr int transposed_tile = 32, transposed_rows = block_threads / transposed_tile;

__global__ void __launch_bounds__(block_threads)
    transpose_kernel(Transposition transposition, bool accumulate, const float* a, float* b) {
  __shared__ float tile[transposed_tile][transposed_tile + 1];
  const int lane = static_cast<int>(threadIdx.x), first = static_cast<int>(threadIdx.y);
  const int block = static_cast<int>(blockIdx.x), line = block / transposition.tiles_across;
  const int x = block % transposition.tiles_across * transposed_tile, y = line % transposition.tiles_down * transposed_tile;
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

// The axis along which neighbours are neighbours in memory, given an array's steps; -1 if there is none.
static int fast_axis(const Axes& axes, const Index (&steps)[4]) {
  for (int axis = axes.count - 1; axis >= 0; --axis)
    if (steps[axis] == 1) return axis;
  return -1;
}

void copy_strided(Context& context, const StridedShape& s, bool accumulate, const float* a, float* b) {
  if (s.elements() == 0) return;
  const Axes axes = axes_of(s);
  const int along_a = fast_axis(axes, axes.a), along_b = fast_axis(axes, axes.b);
  // A side of less than 8 floats, a sector, would leave most of a tile empty and gain nothing.
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
    if (axis != along_a && axis != along_b) transposition.others.add(axes.size[axis], axes.a[axis], axes.b[axis], 0);
  const Index blocks = transposition.others.elements() * transposition.tiles_across * transposition.tiles_down;
  start(context, "copy_strided (transposed)", transpose_kernel, dim3(static_cast<unsigned>(blocks)),
        dim3(transposed_tile, transposed_rows), transposition, accumulate, a, b);
}

}  // namespace triptych::cuda
