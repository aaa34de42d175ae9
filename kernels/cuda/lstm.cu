// The LSTM cell: [i f g o] = x_t + h_{t-1} w + bias, each followed by its activation; c_t = f c_{t-1} + i g,
// h_t = o tanh(c_t).
#include "kernels/cuda/recurrent.cuh"

namespace triptych::cuda {

__global__ void lstm_forward_kernel(RecurrentShape shape, const float* x, const float* w, const float* bias,
                                    float* h, float* c, float* gates) {
  __shared__ StagedStates staged;
  const Sequences s(shape);
  const int H = s.hidden;
  for (int k = 0; k < s.steps; ++k)
    for_own_units(H, [&](int j) {
      float u[4][sequences] = {};
      if (k > 0)
        project<4>(
            staged, H, H, j, w, [&](int b, int i) { return b < s.count ? h[s.row(k - 1, b) * H + i] : 0.0f; },
            u);
      for (int b = 0; b < s.count && j < H; ++b) {
        const float* now = x + s.row(k, b) * 4 * H;
        const float i = sigmoid(u[0][b] + (now[j] + bias[j]));
        const float f = sigmoid(u[1][b] + (now[H + j] + bias[H + j]));
        const float g = tanhf(u[2][b] + (now[2 * H + j] + bias[2 * H + j]));
        const float o = sigmoid(u[3][b] + (now[3 * H + j] + bias[3 * H + j]));
        const float memory = k > 0 ? f * c[s.row(k - 1, b) * H + j] + i * g : i * g;
        float* gate = gates + s.row(k, b) * 4 * H;
        gate[j] = i, gate[H + j] = f, gate[2 * H + j] = g, gate[3 * H + j] = o;
        c[s.row(k, b) * H + j] = memory;
        h[s.row(k, b) * H + j] = o * tanhf(memory);
      }
    });
}

void lstm_forward(Context& context, const RecurrentShape& s, const float* x, const float* w,
                  const float* bias, float* h, float* c, float* gates) {
  start_recurrence(context, "lstm_forward", lstm_forward_kernel, s, x, w, bias, h, c, gates);
}

// da_k: the gradients before the four activations. Step k + 1 contributes da_{k+1} w^T through h, and carry_c
// [batch, hidden] through c, which one thread both writes and reads.
__global__ void lstm_backward_kernel(RecurrentShape shape, const float* wt, const float* c,
                                     const float* gates, const float* dh, float* dx, float* da,
                                     float* carry_c) {
  __shared__ StagedStates staged;
  const Sequences s(shape);
  const int H = s.hidden;
  for (int k = s.steps - 1; k >= 0; --k)
    for_own_units(H, [&](int j) {
      float carry_h[1][sequences] = {};
      if (k + 1 < s.steps)
        project<1>(
            staged, 4 * H, H, j, wt,
            [&](int b, int i) { return b < s.count ? da[s.row(k + 1, b) * 4 * H + i] : 0.0f; }, carry_h);
      for (int b = 0; b < s.count && j < H; ++b) {
        const float* gate = gates + s.row(k, b) * 4 * H;
        const float i = gate[j], f = gate[H + j], g = gate[2 * H + j], o = gate[3 * H + j];
        const float tanh_c = tanhf(c[s.row(k, b) * H + j]);
        const float dh_now = dh[s.row(k, b) * H + j] + carry_h[0][b];
        float& carry = carry_c[Index(s.first + b) * H + j];
        const float dc = (k + 1 < s.steps ? carry : 0.0f) + dh_now * o * (1 - tanh_c * tanh_c);
        carry = dc * f;
        const float before = k > 0 ? c[s.row(k - 1, b) * H + j] : 0.0f;
        const float gradient[4] = {dc * g * i * (1 - i), dc * before * f * (1 - f), dc * i * (1 - g * g),
                                   dh_now * tanh_c * o * (1 - o)};
        for (int part = 0; part < 4; ++part) {
          const Index at = s.row(k, b) * 4 * H + part * H + j;
          da[at] = gradient[part];
          if (dx) dx[at] += gradient[part];
        }
      }
    });
}

void lstm_backward(Context& context, const RecurrentShape& s, const float* w, const float* h, const float* c,
                   const float* gates, const float* dh, float* dx, float* dw, float* dbias) {
  const Index width = 4 * s.hidden;
  if (s.steps * s.batch * width == 0) return;
  Workspace scratch(context);
  const float* wt = transposed(context, scratch, s.hidden, width, w);
  float *da = scratch.take<float>(s.steps * s.batch * width),
        *carry_c = scratch.take<float>(s.batch * s.hidden);
  start_recurrence(context, "lstm_backward", lstm_backward_kernel, s, wt, c, gates, dh, dx, da, carry_c);
  weight_gradients(context, s, width, h, da, dw, dbias);
}

}  // namespace triptych::cuda
