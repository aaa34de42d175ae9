// The GRU cell, forward and backward through time. With u = h_{t-1} w + bias, split into [u_r u_z u_n] as x
// is: r = sigmoid(x_r + u_r), z = sigmoid(x_z + u_z), n = tanh(x_n + r u_n), h_t = (1 - z) n + z h_{t-1}.
#include "kernels/context.h"
#include "kernels/cpu/recurrent.h"
#include "kernels/cpu/simd.h"
#include "kernels/shapes.h"

namespace triptych::cpu::TRIPTYCH_ISA {
namespace {

// One row of one step. u is h_{t-1} w, without the bias; before is h_{t-1}, null at the first step. gates = r
// z n u_n.
void forward_row(Index hidden, const float* x, const float* bias, const float* u, const float* before,
                 float* gates, float* h) {
  sweep(0, hidden, [&](Index j, auto part) {
    auto recurrent = [&](Index gate) {
      return part.get(u + gate * hidden + j) + part.get(bias + gate * hidden + j);
    };
    const Floats r = sigmoid(part.get(x + j) + recurrent(0)),
                 z = sigmoid(part.get(x + hidden + j) + recurrent(1));
    const Floats u_n = recurrent(2), n = hyperbolic_tangent(r * u_n + part.get(x + 2 * hidden + j));
    part.put(gates + j, r), part.put(gates + hidden + j, z);
    part.put(gates + 2 * hidden + j, n), part.put(gates + 3 * hidden + j, u_n);
    part.put(h + j, before ? (1.0f - z) * n + z * part.get(before + j) : (1.0f - z) * n);
  });
}

// The gradients of x_t (dx, may be null) and of u_t (du). They are equal except for n, which u_n enters
// through r. carry is du_{t+1} w^T. `direct` is the part of dh that bypasses the gates: z dh of step t + 1 on
// entry, z dh of step t on return.
void backward_row(Index hidden, const float* gates, const float* before, const float* dh, const float* carry,
                  float* direct, float* dx, float* du) {
  sweep(0, hidden, [&](Index j, auto part) {
    const Floats r = part.get(gates + j), z = part.get(gates + hidden + j);
    const Floats n = part.get(gates + 2 * hidden + j), u_n = part.get(gates + 3 * hidden + j);
    const Floats h = before ? part.get(before + j) : Floats{};
    const Floats g = part.get(dh + j) + (part.get(carry + j) + part.get(direct + j));
    const Floats dn = g * (1.0f - z) * (1.0f - n * n), dz = g * (h - n) * z * (1.0f - z);
    const Floats dr = dn * u_n * r * (1.0f - r);
    part.put(direct + j, g * z);
    part.put(du + j, dr), part.put(du + hidden + j, dz), part.put(du + 2 * hidden + j, dn * r);
    if (!dx) return;
    part.put(dx + j, part.get(dx + j) + dr);
    part.put(dx + hidden + j, part.get(dx + hidden + j) + dz);
    part.put(dx + 2 * hidden + j, part.get(dx + 2 * hidden + j) + dn);
  });
}

}  // namespace

void gru_forward(Context& context, const RecurrentShape& s, const float* x, const float* w, const float* bias,
                 float* h, float* gates) {
  const Index hidden = s.hidden, width = 3 * hidden;
  ScratchScope scope(context.scratch);
  const float* panels = packed(context, Transpose::no, hidden, width, w, width);
  for_sequences(context, s, width, width, [&](const Sequences& block) {
    clear_floats(block.own, block.rows * width);
    for (Index k = 0; k < s.steps; ++k) {
      const float* before = k > 0 ? block.at(h, hidden, k - 1) : nullptr;
      if (before) multiply_panels(block.rows, width, hidden, before, hidden, panels, false, block.own, width);
      for (Index row = 0; row < block.rows; ++row)
        forward_row(hidden, block.at(x, width, k) + row * width, bias, block.own + row * width,
                    before ? before + row * hidden : nullptr,
                    block.at(gates, 4 * hidden, k) + row * 4 * hidden, block.at(h, hidden, k) + row * hidden);
    }
  });
}

void gru_backward(Context& context, const RecurrentShape& s, const float* w, const float* h,
                  const float* gates, const float* dh, float* dx, float* dw, float* dbias) {
  const Index hidden = s.hidden, width = 3 * hidden;
  ScratchScope scope(context.scratch);
  const float* panels = packed(context, Transpose::yes, width, hidden, w, width);
  float* du = context.scratch.take<float>(s.steps * s.batch * width);
  for_sequences(context, s, width, 2 * hidden, [&](const Sequences& block) {
    float *carry = block.own, *direct = block.own + block.rows * hidden;
    clear_floats(block.own, 2 * block.rows * hidden);
    for (Index k = s.steps - 1; k >= 0; --k) {
      if (k + 1 < s.steps)
        multiply_panels(block.rows, hidden, width, block.at(du, width, k + 1), width, panels, false, carry,
                        hidden);
      const float* before = k > 0 ? block.at(h, hidden, k - 1) : nullptr;
      for (Index row = 0; row < block.rows; ++row)
        backward_row(hidden, block.at(gates, 4 * hidden, k) + row * 4 * hidden,
                     before ? before + row * hidden : nullptr, block.at(dh, hidden, k) + row * hidden,
                     carry + row * hidden, direct + row * hidden,
                     dx ? block.at(dx, width, k) + row * width : nullptr,
                     block.at(du, width, k) + row * width);
    }
  });
  weight_gradients(context, s, width, h, du, dw, dbias);
}

}  // namespace triptych::cpu::TRIPTYCH_ISA
