// Step 6. The way back through a convolution
//
// Two gradients: dx += what reaches the pixels, and dw += (with dbias +=) what reaches the filters. dx, dw
// and dbias may be null. Both are sums over the same products as the forward pass.
//
// Hint: in forward, y[..] += x[..] w[..] for many triples of places. Visit exactly these triples again.
// What does dy at the place of y add to the place of x, and what to the place of w? Several contributions
// come together in one number: sum them in double (std::vector<double>) before they are added and rounded.
#include "engine/error.h"
#include "kernels/reference/reference.h"

namespace triptych::reference {

void convolution_backward_input(Context&, const ConvolutionShape& s, const Real* dy, const Real* w,
                                Real* dx) {
  fail("step 6 is not written yet: exercises/build_it/06_convolution_backward.cpp");
}

void convolution_backward_weights(Context&, const ConvolutionShape& s, const Real* x, const Real* dy,
                                  Real* dw, Real* dbias) {
  fail("step 6 is not written yet: exercises/build_it/06_convolution_backward.cpp");
}

}  // namespace triptych::reference
