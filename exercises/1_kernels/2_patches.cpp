// 1.2 A convolution is a matrix product
//
//   y[i, j, o] = sum over r, c, ch of x[i stride + r - pad, j stride + c - pad, ch] w[r, c, ch, o]
//
// An output pixel (i, j) is computed from kh kw in values of the image. Write them into one row, in the order
// (r, c, ch), with 0 where the window extends beyond the border. The rows of all output pixels, from the top
// left to the bottom right, are a matrix [out_height out_width, kh kw in], and y = patches w: one call of a
// fast GEMM. (Its usual name is im2col. kernels/cpu avoids it, because a 5x5 window stores every value 25
// times; kernels/cpu/README.md says how.)
//
// One image: shape.batch is 1. x is [height, width, in_channels], channels last. ConvolutionShape knows
// out_height(), out_width() and patch() = kh kw in.
#include "exercises/exercises.h"

namespace triptych {

std::vector<double> patches_of(const ConvolutionShape& shape, std::span<const double> x) {
  std::vector<double> patches(shape.out_height() * shape.out_width() * shape.patch(), 0.0);
  // your code: five loops over i, j, r, c, ch
  return patches;
}

}  // namespace triptych
