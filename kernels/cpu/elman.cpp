// The Elman cell, forward and backward through time. Output tanh: h_t = tanh(x_t + h_{t-1} w + bias). Output
// linear: h_t = x_t + tanh(h_{t-1}) w + bias, so the factor of w is tanh(h_{t-1}).
#include "kernels/context.h"
#include "kernels/cpu/recurrent.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

void tangents(Index n, const float* x, float* y) {
  sweep(0, n, [&](Index i, auto part) { part.put(y + i, hyperbolic_tangent(part.get(x + i))); });
}

}  // namespace

void elman_forward(Context& context, const RecurrentShape& s, RecurrentOutput output, const float* x,
                   const float* w, const float* bias, float* h) {
  const Index hidden = s.hidden;
  const bool linear = output == RecurrentOutput::linear;
  ScratchScope scope(context.scratch);
  const float* panels = packed(context, Transpose::no, hidden, hidden, w, hidden);
  for_sequences(context, s, hidden, hidden, [&](const Sequences& block) {
    for (Index k = 0; k < s.steps; ++k) {
      float* now = block.at(h, hidden, k);
      if (k > 0) {
        const float* state = block.at(h, hidden, k - 1);
        if (linear) tangents(block.rows * hidden, state, block.own), state = block.own;
        multiply_panels(block.rows, hidden, hidden, state, hidden, panels, false, now, hidden);
      } else {
        clear_floats(now, block.rows * hidden);
      }
      const float* input = block.at(x, hidden, k);
      for (Index row = 0; row < block.rows; ++row)
        sweep(0, hidden, [&](Index j, auto part) {
          const Index at = row * hidden + j;
          const Floats a = part.get(now + at) + (part.get(input + at) + part.get(bias + j));
          part.put(now + at, linear ? a : hyperbolic_tangent(a));
        });
    }
  });
}

// da_t is the gradient before the tanh of step t (of h_t itself when the output is linear):
//   tanh:   da_t = (dh_t + da_{t+1} w^T) (1 - h_t^2)
//   linear: da_t = dh_t + (da_{t+1} w^T) (1 - tanh(h_t)^2)
void elman_backward(Context& context, const RecurrentShape& s, RecurrentOutput output, const float* w,
                    const float* h, const float* dh, float* dx, float* dw, float* dbias) {
  const Index hidden = s.hidden, all = s.steps * s.batch * hidden;
  const bool linear = output == RecurrentOutput::linear;
  ScratchScope scope(context.scratch);
  const float* panels = packed(context, Transpose::yes, hidden, hidden, w, hidden);
  float *da = context.scratch.take<float>(all), *states = linear ? context.scratch.take<float>(all) : nullptr;
  for_sequences(context, s, hidden, hidden, [&](const Sequences& block) {
    const Index n = block.rows * hidden;
    clear_floats(block.own, n);
    for (Index k = s.steps - 1; k >= 0; --k) {
      float *now = block.at(da, hidden, k), *carry = block.own;
      const float *from_above = block.at(dh, hidden, k), *state = block.at(h, hidden, k);
      if (linear) {
        float* own_state = block.at(states, hidden, k);
        tangents(n, state, own_state);
        state = own_state;
      }
      if (k + 1 < s.steps)
        multiply_panels(block.rows, hidden, hidden, block.at(da, hidden, k + 1), hidden, panels, false, carry,
                        hidden);
      sweep(0, n, [&](Index i, auto part) {
        const Floats v = part.get(state + i), slope = 1.0f - v * v, c = part.get(carry + i),
                     g = part.get(from_above + i);
        part.put(now + i, linear ? c * slope + g : (g + c) * slope);
      });
      if (dx) add_to(n, now, block.at(dx, hidden, k));
    }
  });
  weight_gradients(context, s, hidden, linear ? states : h, da, dw, dbias);
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
