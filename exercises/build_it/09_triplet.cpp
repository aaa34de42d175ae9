// Step 9. Triplet loss
//
// triplets holds (anchor, positive, negative) as rows of the squared distances d [n, n]; TripletRule in
// kernels/shapes.h has the loss of one triplet: two terms, of which the first has a hard and a soft form.
// Backward: dd += ..., for the two distances that each triplet reads. Many triplets read the same
// distance.
//
// Hint: draw each term over the gap d(a,p) - d(a,n). Where it is flat no gradient flows; the slope at the
// kink itself is 0. The soft form is log(1 + exp(gap)): what is its slope, and how is it computed for a
// gap of 1000?
#include "engine/error.h"
#include "kernels/reference/reference.h"

namespace triptych::reference {

void triplet_forward(Context&, const TripletRule& rule, Index n, Index count, const std::int32_t* triplets,
                     const Real* d, Real* loss) {
  fail("step 9 is not written yet: exercises/build_it/09_triplet.cpp");
}

void triplet_backward(Context&, const TripletRule& rule, Index n, Index count, const std::int32_t* triplets,
                      const Real* d, const Real* dloss, Real* dd) {
  fail("step 9 is not written yet: exercises/build_it/09_triplet.cpp");
}

}  // namespace triptych::reference
