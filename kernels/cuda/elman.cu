// The Elman cell: h_t = tanh(x_t + h_{t-1} w + bias), or, linear, h_t = x_t + tanh(h_{t-1}) w + bias.
#include "kernels/cuda/recurrent.cuh"

namespace triptych::cuda {

__global__ void elman_forward_kernel(RecurrentShape shape, bool linear, const float* x, const float* w,
                                     const float* bias, float* h) {
  __shared__ StagedStates staged;
  const Sequences s(shape);
  for (int k = 0; k < s.steps; ++k)
    for_own_units(s.hidden, [&](int j) {
      float u[1][sequences] = {};
      if (k > 0)
        project<1>(
            staged, s.hidden, s.hidden, j, w,
            [&](int b, int i) {
              const float state = b < s.count ? h[s.row(k - 1, b) * s.hidden + i] : 0.0f;
              return linear ? tanhf(state) : state;
            },
            u);
      for (int b = 0; b < s.count && j < s.hidden; ++b) {
        const Index at = s.row(k, b) * s.hidden + j;
        const float a = u[0][b] + (x[at] + bias[j]);
        h[at] = linear ? a : tanhf(a);
      }
    });
}

void elman_forward(Context& context, const RecurrentShape& s, RecurrentOutput output, const float* x,
                   const float* w, const float* bias, float* h) {
  start_recurrence(context, "elman_forward", elman_forward_kernel, s, output == RecurrentOutput::linear, x, w,
                   bias, h);
}

// da_k = (dh_k + carry_k) activation', carry_k = da_{k+1} w^T (linear: times 1 - tanh(h_k)^2); wt is w
// transposed.
__global__ void elman_backward_kernel(RecurrentShape shape, bool linear, const float* wt, const float* h,
                                      const float* dh, float* dx, float* da) {
  __shared__ StagedStates staged;
  const Sequences s(shape);
  for (int k = s.steps - 1; k >= 0; --k)
    for_own_units(s.hidden, [&](int j) {
      float carry[1][sequences] = {};
      if (k + 1 < s.steps)
        project<1>(
            staged, s.hidden, s.hidden, j, wt,
            [&](int b, int i) { return b < s.count ? da[s.row(k + 1, b) * s.hidden + i] : 0.0f; }, carry);
      for (int b = 0; b < s.count && j < s.hidden; ++b) {
        const Index at = s.row(k, b) * s.hidden + j;
        const float y = linear ? tanhf(h[at]) : h[at], steepness = 1 - y * y;
        const float gradient =
            linear ? fmaf(carry[0][b], steepness, dh[at]) : (dh[at] + carry[0][b]) * steepness;
        da[at] = gradient;
        if (dx) dx[at] += gradient;
      }
    });
}

void elman_backward(Context& context, const RecurrentShape& s, RecurrentOutput output, const float* w,
                    const float* h, const float* dh, float* dx, float* dw, float* dbias) {
  const Index elements = s.steps * s.batch * s.hidden;
  if (elements == 0) return;
  const bool linear = output == RecurrentOutput::linear;
  Workspace scratch(context);
  const float* wt = transposed(context, scratch, s.hidden, s.hidden, w);
  float* da = scratch.take<float>(elements);
  start_recurrence(context, "elman_backward", elman_backward_kernel, s, linear, wt, h, dh, dx, da);
  if (!linear) return weight_gradients(context, s, s.hidden, h, da, dw, dbias);
  float* states = scratch.take<float>(elements);
  activation_forward(context, Activation::tanh, elements, h, states);
  weight_gradients(context, s, s.hidden, states, da, dw, dbias);
}

}  // namespace triptych::cuda
