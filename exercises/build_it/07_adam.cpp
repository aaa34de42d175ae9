// Step 7. Adam
//
// For every number of every slice (kernels/shapes.h: value, gradient, first and second moment, size,
// decay): update both moments, correct their bias, take the step. rule.step counts from 1. With
// rule.decoupled_decay (AdamW) the weight decay acts on the value directly, in proportion to the rate;
// without it the decay is part of the gradient.
//
// Hint: both moments start at 0. What is their expected value after the first step, compared with that of
// g and of g^2, and by what must each be divided? Compute in double, and read the old value before you
// change it.
#include "engine/error.h"
#include "kernels/reference/reference.h"

namespace triptych::reference {

void adam(Context&, const AdamRule& rule, Index count, const ParameterSlice* slices) {
  fail("step 7 is not written yet: exercises/build_it/07_adam.cpp");
}

}  // namespace triptych::reference
