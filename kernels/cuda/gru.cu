// The GRU cell: u = h_{t-1} w + bias; r = sigmoid(x_r + u_r), z = sigmoid(x_z + u_z), n = tanh(x_n + r u_n);
// h_t = (1 - z) n + z h_{t-1}. gates holds r, z, n and u_n.
#include "kernels/cuda/recurrent.cuh"

namespace triptych::cuda {

__global__ void gru_forward_kernel(RecurrentShape shape, const float* x, const float* w, const float* bias,
                                   float* h, float* gates) {
  __shared__ StagedStates staged;
  const Sequences s(shape);
  const int H = s.hidden;
  for (int k = 0; k < s.steps; ++k)
    for_own_units(H, [&](int j) {
      float u[3][sequences] = {};
      if (k > 0)
        project<3>(
            staged, H, H, j, w, [&](int b, int i) { return b < s.count ? h[s.row(k - 1, b) * H + i] : 0.0f; },
            u);
      for (int b = 0; b < s.count && j < H; ++b) {
        const float* now = x + s.row(k, b) * 3 * H;
        const float r = sigmoid(now[j] + (u[0][b] + bias[j]));
        const float z = sigmoid(now[H + j] + (u[1][b] + bias[H + j]));
        const float u_n = u[2][b] + bias[2 * H + j];
        const float n = tanhf(now[2 * H + j] + r * u_n);
        float* gate = gates + s.row(k, b) * 4 * H;
        gate[j] = r, gate[H + j] = z, gate[2 * H + j] = n, gate[3 * H + j] = u_n;
        const float before = k > 0 ? h[s.row(k - 1, b) * H + j] : 0.0f;
        h[s.row(k, b) * H + j] = (1 - z) * n + z * before;
      }
    });
}

void gru_forward(Context& context, const RecurrentShape& s, const float* x, const float* w, const float* bias,
                 float* h, float* gates) {
  start_recurrence(context, "gru_forward", gru_forward_kernel, s, x, w, bias, h, gates);
}

// du_k [.., 3 hidden]: the gradients of u. Step k + 1 contributes du_{k+1} w^T and, around the gates, dh z in
// `around` [batch, hidden], which one thread both writes and reads.
__global__ void gru_backward_kernel(RecurrentShape shape, const float* wt, const float* h, const float* gates,
                                    const float* dh, float* dx, float* du, float* around) {
  __shared__ StagedStates staged;
  const Sequences s(shape);
  const int H = s.hidden;
  for (int k = s.steps - 1; k >= 0; --k)
    for_own_units(H, [&](int j) {
      float carry[1][sequences] = {};
      if (k + 1 < s.steps)
        project<1>(
            staged, 3 * H, H, j, wt,
            [&](int b, int i) { return b < s.count ? du[s.row(k + 1, b) * 3 * H + i] : 0.0f; }, carry);
      for (int b = 0; b < s.count && j < H; ++b) {
        const float* gate = gates + s.row(k, b) * 4 * H;
        const float r = gate[j], z = gate[H + j], n = gate[2 * H + j], u_n = gate[3 * H + j];
        float& past = around[Index(s.first + b) * H + j];
        const float gradient = dh[s.row(k, b) * H + j] + (k + 1 < s.steps ? carry[0][b] + past : 0.0f);
        past = gradient * z;
        const float before = k > 0 ? h[s.row(k - 1, b) * H + j] : 0.0f;
        const float da_n = gradient * (1 - z) * (1 - n * n);
        const float du_r = da_n * u_n * r * (1 - r), du_z = gradient * (before - n) * z * (1 - z);
        const Index at = s.row(k, b) * 3 * H + j;
        du[at] = du_r, du[at + H] = du_z, du[at + 2 * H] = da_n * r;
        if (dx) dx[at] += du_r, dx[at + H] += du_z, dx[at + 2 * H] += da_n;
      }
    });
}

void gru_backward(Context& context, const RecurrentShape& s, const float* w, const float* h,
                  const float* gates, const float* dh, float* dx, float* dw, float* dbias) {
  const Index width = 3 * s.hidden;
  if (s.steps * s.batch * width == 0) return;
  Workspace scratch(context);
  const float* wt = transposed(context, scratch, s.hidden, width, w);
  float *du = scratch.take<float>(s.steps * s.batch * width),
        *around = scratch.take<float>(s.batch * s.hidden);
  start_recurrence(context, "gru_backward", gru_backward_kernel, s, wt, h, gates, dh, dx, du, around);
  weight_gradients(context, s, width, h, du, dw, dbias);
}

}  // namespace triptych::cuda
