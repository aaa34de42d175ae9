// Step 2. backward: the chain rule as one loop
//
// nodes_ holds the steps of the computation in the order in which they were recorded, so whoever reads
// node i stands behind it. Start with the cotangent at `result`, and call the backward function of every
// node that has one and has received a gradient: run_backward(i) does it, and adds to the gradients of the
// node's inputs.
//
// - gradient_of(i) is the gradient of node i, zeros when there was none: ADD the cotangent to it, with
//   device_.kernels().add_scaled(device_.context(), n, 1, from, to).
// - Unless `keep` is set, free what nothing reads any more: the backward function of every node that the
//   loop has passed, and its gradient, but not that of a leaf (a node without inputs), which the caller
//   reads.
// - `result` of another tape, a cotangent of another shape and a second call are Errors; finished_ says
//   that backward has run. Call device_.synchronise() at the end.
//
// The first function starts from a loss of one element, with the cotangent 1.
//
// Hint: in which direction must the loop run, so that a node's gradient is complete when its turn comes?
#include "engine/error.h"
#include "engine/tape.h"
#include "kernels/kernels.h"

namespace triptych {

void Tape::backward(const Variable& loss) {
  fail("step 2 is not written yet: exercises/build_it/02_backward.cpp");
}

void Tape::backward(const Variable& result, const Tensor& cotangent) {
  fail("step 2 is not written yet: exercises/build_it/02_backward.cpp");
}

}  // namespace triptych
