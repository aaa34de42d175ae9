// Step 4. Cross-entropy of logits
//
// For each row of logits [rows, columns] with the right class target[i]: probability = softmax of the row,
// and loss[i] = -log of the probability of the right class. Backward: dlogits += what the loss changes by,
// times dloss[i]; dlogits may be null where it is not wanted.
//
// Hint: logits of 1000 are no mistake, exp(1000) is. What may be subtracted from a whole row without
// changing its softmax? And never take the log of a probability: it may have been rounded to 0. What is
// left of log(exp(a) / sum) on paper?
#include "engine/error.h"
#include "kernels/reference/reference.h"

namespace triptych::reference {

void cross_entropy_forward(Context&, Index rows, Index columns, const Real* logits,
                           const std::int32_t* target, Real* loss, Real* probability) {
  fail("step 4 is not written yet: exercises/build_it/04_cross_entropy.cpp");
}

void cross_entropy_backward(Context&, Index rows, Index columns, const Real* probability,
                            const std::int32_t* target, const Real* dloss, Real* dlogits) {
  fail("step 4 is not written yet: exercises/build_it/04_cross_entropy.cpp");
}

}  // namespace triptych::reference
