// Step 5. Convolution, forward
//
// Every filter slides over every image; kernels/shapes.h has the layouts: x [batch, height, width, in], w
// [kernel_height, kernel_width, in, out], y [batch, out_height(), out_width(), out], stride and zero
// padding. bias [out] may be null. Lesson 1 has the sum, kernels/list.h its indices.
//
// Hint: the padding needs no memory. Which taps of the window stand outside of the image, and what do they
// contribute? Sum in double.
#include "engine/error.h"
#include "kernels/reference/reference.h"

namespace triptych::reference {

void convolution_forward(Context&, const ConvolutionShape& s, const Real* x, const Real* w, const Real* bias,
                         Real* y) {
  fail("step 5 is not written yet: exercises/build_it/05_convolution.cpp");
}

}  // namespace triptych::reference
