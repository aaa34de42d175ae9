// The LSTM cell, forward and backward through time: [i f g o] = x_t + h_{t-1} w + bias, each followed by its
// activation; c_t = f c_{t-1} + i g, h_t = o tanh(c_t).
#include "kernels/context.h"
#include "kernels/cpu/recurrent.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// One row of one step. u is h_{t-1} w; before is c_{t-1}, null at the first step.
void forward_row(Index hidden, const float* x, const float* bias, const float* u, const float* before,
                 float* gates, float* c, float* h) {
  sweep(0, hidden, [&](Index j, auto part) {
    auto sum = [&](Index gate) {
      const Index at = gate * hidden + j;
      return part.get(u + at) + (part.get(x + at) + part.get(bias + at));
    };
    const Floats i = sigmoid(sum(0)), f = sigmoid(sum(1)), g = hyperbolic_tangent(sum(2)),
                 o = sigmoid(sum(3));
    const Floats now = before ? f * part.get(before + j) + i * g : i * g;
    part.put(gates + j, i), part.put(gates + hidden + j, f);
    part.put(gates + 2 * hidden + j, g), part.put(gates + 3 * hidden + j, o);
    part.put(c + j, now);
    part.put(h + j, o * hyperbolic_tangent(now));
  });
}

// da: the gradients before the four activations. carry_h and carry_c are the gradients from step t + 1;
// carry_c is replaced by the one for step t - 1.
void backward_row(Index hidden, const float* gates, const float* c, const float* before, const float* dh,
                  const float* carry_h, float* carry_c, float* da) {
  sweep(0, hidden, [&](Index j, auto part) {
    const Floats i = part.get(gates + j), f = part.get(gates + hidden + j);
    const Floats g = part.get(gates + 2 * hidden + j), o = part.get(gates + 3 * hidden + j);
    const Floats tanh_c = hyperbolic_tangent(part.get(c + j)),
                 dh_now = part.get(dh + j) + part.get(carry_h + j);
    const Floats dc = dh_now * o * (1.0f - tanh_c * tanh_c) + part.get(carry_c + j);
    part.put(da + j, dc * g * i * (1.0f - i));
    part.put(da + hidden + j, before ? dc * part.get(before + j) * f * (1.0f - f) : Floats{});
    part.put(da + 2 * hidden + j, dc * i * (1.0f - g * g));
    part.put(da + 3 * hidden + j, dh_now * tanh_c * o * (1.0f - o));
    part.put(carry_c + j, dc * f);
  });
}

}  // namespace

void lstm_forward(Context& context, const RecurrentShape& s, const float* x, const float* w,
                  const float* bias, float* h, float* c, float* gates) {
  const Index hidden = s.hidden, width = 4 * hidden;
  ScratchScope scope(context.scratch);
  const float* panels = packed(context, Transpose::no, hidden, width, w, width);
  for_sequences(context, s, width, width, [&](const Sequences& block) {
    clear_floats(block.own, block.rows * width);
    for (Index k = 0; k < s.steps; ++k) {
      if (k > 0)
        multiply_panels(block.rows, width, hidden, block.at(h, hidden, k - 1), hidden, panels, false,
                        block.own, width);
      const float* before = k > 0 ? block.at(c, hidden, k - 1) : nullptr;
      for (Index row = 0; row < block.rows; ++row)
        forward_row(hidden, block.at(x, width, k) + row * width, bias, block.own + row * width,
                    before ? before + row * hidden : nullptr, block.at(gates, width, k) + row * width,
                    block.at(c, hidden, k) + row * hidden, block.at(h, hidden, k) + row * hidden);
    }
  });
}

void lstm_backward(Context& context, const RecurrentShape& s, const float* w, const float* h, const float* c,
                   const float* gates, const float* dh, float* dx, float* dw, float* dbias) {
  const Index hidden = s.hidden, width = 4 * hidden;
  ScratchScope scope(context.scratch);
  const float* panels = packed(context, Transpose::yes, width, hidden, w, width);
  float* da = context.scratch.take<float>(s.steps * s.batch * width);
  for_sequences(context, s, width, 2 * hidden, [&](const Sequences& block) {
    float *carry_h = block.own, *carry_c = block.own + block.rows * hidden;
    clear_floats(block.own, 2 * block.rows * hidden);
    for (Index k = s.steps - 1; k >= 0; --k) {
      if (k + 1 < s.steps)
        multiply_panels(block.rows, hidden, width, block.at(da, width, k + 1), width, panels, false, carry_h,
                        hidden);
      const float* before = k > 0 ? block.at(c, hidden, k - 1) : nullptr;
      for (Index row = 0; row < block.rows; ++row)
        backward_row(hidden, block.at(gates, width, k) + row * width, block.at(c, hidden, k) + row * hidden,
                     before ? before + row * hidden : nullptr, block.at(dh, hidden, k) + row * hidden,
                     carry_h + row * hidden, carry_c + row * hidden, block.at(da, width, k) + row * width);
      if (dx) add_to(block.rows * width, block.at(da, width, k), block.at(dx, width, k));
    }
  });
  weight_gradients(context, s, width, h, da, dw, dbias);
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
