#include <algorithm>

#include "kernels/context.h"
#include "kernels/reference/reference.h"

namespace triptych::reference {

// The three steps in sequence, as in the definition. The activation comes last; it is non-decreasing, so the
// winner is the same.
void batch_norm_activation_pool_forward(Context& context, const PoolShape& s, Activation activation,
                                        Real epsilon, const Real* x, const Real* mean, const Real* variance,
                                        const Real* gamma, const Real* beta, Real* y, std::uint8_t* winner) {
  const Index rows = s.batch * s.height * s.width,
              pooled = s.batch * s.out_height() * s.out_width() * s.channels;
  ScratchScope scope(context.scratch);
  Real* normalised = context.scratch.take<Real>(rows * s.channels);
  batch_norm_forward(context, rows, s.channels, epsilon, x, mean, variance, gamma, beta, normalised);
  max_pool_forward(context, s, normalised, y, winner);
  activation_forward(context, activation, pooled, y, y);
}

// The same steps in reverse order. dx is assigned.
void batch_norm_activation_pool_backward(Context& context, const PoolShape& s, Activation activation,
                                         Real epsilon, const Real* x, const Real* mean, const Real* variance,
                                         const Real* gamma, const Real* y, const std::uint8_t* winner,
                                         const Real* dy, Real* dx, Real* dgamma, Real* dbeta) {
  const Index rows = s.batch * s.height * s.width,
              pooled = s.batch * s.out_height() * s.out_width() * s.channels;
  ScratchScope scope(context.scratch);
  Real* before_activation = context.scratch.take<Real>(pooled);
  Real* before_pool = context.scratch.take<Real>(rows * s.channels);
  std::fill_n(before_activation, pooled, Real(0));
  std::fill_n(before_pool, rows * s.channels, Real(0));
  if (dx) std::fill_n(dx, rows * s.channels, Real(0));
  activation_backward(context, activation, pooled, nullptr, y, dy, before_activation);
  max_pool_backward(context, s, winner, before_activation, before_pool);
  batch_norm_backward(context, rows, s.channels, epsilon, x, mean, variance, gamma, before_pool, dx, dgamma,
                      dbeta);
}

}  // namespace triptych::reference
