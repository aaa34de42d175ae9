#include <cmath>

#include "kernels/reference/reference.h"
#include "kernels/reference/scalar.h"
#include "kernels/reference/sums.h"

// Every cell is the loop "for each sequence b, for each step k"; k counts steps in reading order, so k - 1 is
// the previous step in either direction. Backward visits the steps from last to first and carries the
// gradient of h_{k-1} to the previous step (back-propagation through time).
namespace triptych::reference {
namespace {

// The row of x [steps, batch, width] of the k-th step of sequence b; null before the first step, and for a
// null x.
template <class T>
T* step(const RecurrentShape& s, T* x, Index width, Index k, Index b) {
  const Index t = s.reverse ? s.steps - 1 - k : k;
  return !x || k < 0 ? nullptr : x + (t * s.batch + b) * width;
}

// Element i of a state; the state before the first step is 0.
double element(const Real* state, Index i) {
  return state ? state[i] : 0;
}

// u[j] = sum_i state[i] w[i, j] + bias[j], one column of the projection that all cells use; w
// [hidden, columns].
template <class State>
double project(Index hidden, Index columns, State state, const Real* w, const Real* bias, Index j) {
  double sum = bias[j];
  for (Index i = 0; i < hidden; ++i) sum += state(i) * w[i * columns + j];
  return sum;
}

// Its backward pass for all columns, given du: dw[i, j] += state[i] du[j], dbias[j] += du[j], dstate[i] +=
// sum_j du[j] w[i, j].
template <class State>
void project_backward(Index hidden, Index columns, State state, const Real* w, Sums& du, Sums& dw,
                      Sums& dbias, Sums& dstate) {
  for (Index j = 0; j < columns; ++j) dbias[j] += du[j];
  for (Index i = 0; i < hidden; ++i)
    for (Index j = 0; j < columns; ++j) {
      dw[i * columns + j] += state(i) * du[j];
      dstate[i] += du[j] * w[i * columns + j];
    }
}

void add(Real* gradient, Index i, double value) {
  if (gradient) gradient[i] = static_cast<Real>(gradient[i] + value);
}

}  // namespace

// ---- Elman: h_t = tanh(x_t + h_{t-1} w + bias), or h_t = x_t + tanh(h_{t-1}) w + bias ---------------------

void elman_forward(Context&, const RecurrentShape& s, RecurrentOutput output, const Real* x, const Real* w,
                   const Real* bias, Real* h) {
  const Index H = s.hidden;
  const bool linear = output == RecurrentOutput::linear;
  for (Index b = 0; b < s.batch; ++b)
    for (Index k = 0; k < s.steps; ++k) {
      const Real* before = step(s, h, H, k - 1, b);
      const auto state = [&](Index i) { return linear ? std::tanh(element(before, i)) : element(before, i); };
      for (Index j = 0; j < H; ++j) {
        const double a = step(s, x, H, k, b)[j] + project(H, H, state, w, bias, j);
        step(s, h, H, k, b)[j] = static_cast<Real>(linear ? a : std::tanh(a));
      }
    }
}

void elman_backward(Context& context, const RecurrentShape& s, RecurrentOutput output, const Real* w,
                    const Real* h, const Real* dh, Real* dx, Real* dw, Real* dbias) {
  const Index H = s.hidden;
  const bool linear = output == RecurrentOutput::linear;
  Sums sum_dw(context, H * H), sum_dbias(context, H), carry(context, H), da(context, H);
  for (Index b = 0; b < s.batch; ++b) {
    carry.clear();  // nothing comes from beyond the last step
    for (Index k = s.steps - 1; k >= 0; --k) {
      const Real *before = step(s, h, H, k - 1, b), *now = step(s, h, H, k, b);
      const auto state = [&](Index i) { return linear ? std::tanh(element(before, i)) : element(before, i); };
      for (Index j = 0; j < H; ++j) {
        const double gradient = step(s, dh, H, k, b)[j] + carry[j];
        da[j] = linear ? gradient : gradient * (1 - double(now[j]) * now[j]);
        add(step(s, dx, H, k, b), j, da[j]);
      }
      carry.clear();
      project_backward(H, H, state, w, da, sum_dw, sum_dbias, carry);
      for (Index i = 0; linear && i < H; ++i) carry[i] *= 1 - state(i) * state(i);  // through tanh(h_{t-1})
    }
  }
  sum_dw.add_to(dw);
  sum_dbias.add_to(dbias);
}

// ---- LSTM: [i f g o] = x_t + h_{t-1} w + bias;  c_t = f c_{t-1} + i g;  h_t = o tanh(c_t) -----------------

void lstm_forward(Context&, const RecurrentShape& s, const Real* x, const Real* w, const Real* bias, Real* h,
                  Real* c, Real* gates) {
  const Index H = s.hidden;
  for (Index b = 0; b < s.batch; ++b)
    for (Index k = 0; k < s.steps; ++k) {
      const Real *h_before = step(s, h, H, k - 1, b), *c_before = step(s, c, H, k - 1, b);
      const auto state = [&](Index i) { return element(h_before, i); };
      for (Index j = 0; j < H; ++j) {
        const auto gate = [&](Index part) {
          const Index column = part * H + j;
          const double a = step(s, x, 4 * H, k, b)[column] + project(H, 4 * H, state, w, bias, column);
          const double value = part == 2 ? std::tanh(a) : sigmoid(a);
          step(s, gates, 4 * H, k, b)[column] = static_cast<Real>(value);
          return value;
        };
        const double i = gate(0), f = gate(1), g = gate(2), o = gate(3);
        const double c_now = f * element(c_before, j) + i * g;
        step(s, c, H, k, b)[j] = static_cast<Real>(c_now);
        step(s, h, H, k, b)[j] = static_cast<Real>(o * std::tanh(c_now));
      }
    }
}

void lstm_backward(Context& context, const RecurrentShape& s, const Real* w, const Real* h, const Real* c,
                   const Real* gates, const Real* dh, Real* dx, Real* dw, Real* dbias) {
  const Index H = s.hidden;
  Sums sum_dw(context, H * 4 * H), sum_dbias(context, 4 * H), da(context, 4 * H);
  Sums h_carry(context, H), c_carry(context, H);
  for (Index b = 0; b < s.batch; ++b) {
    h_carry.clear();
    c_carry.clear();
    for (Index k = s.steps - 1; k >= 0; --k) {
      const Real *h_before = step(s, h, H, k - 1, b), *c_before = step(s, c, H, k - 1, b);
      const Real* gate = step(s, gates, 4 * H, k, b);
      for (Index j = 0; j < H; ++j) {
        const double i = gate[j], f = gate[H + j], g = gate[2 * H + j], o = gate[3 * H + j];
        const double tanh_c = std::tanh(step(s, c, H, k, b)[j]);
        const double dh_now = step(s, dh, H, k, b)[j] + h_carry[j];
        const double dc = c_carry[j] + dh_now * o * (1 - tanh_c * tanh_c);
        da[j] = dc * g * i * (1 - i);
        da[H + j] = dc * element(c_before, j) * f * (1 - f);
        da[2 * H + j] = dc * i * (1 - g * g);
        da[3 * H + j] = dh_now * tanh_c * o * (1 - o);
        c_carry[j] = dc * f;
      }
      for (Index j = 0; j < 4 * H; ++j) add(step(s, dx, 4 * H, k, b), j, da[j]);
      h_carry.clear();
      const auto state = [&](Index i) { return element(h_before, i); };
      project_backward(H, 4 * H, state, w, da, sum_dw, sum_dbias, h_carry);
    }
  }
  sum_dw.add_to(dw);
  sum_dbias.add_to(dbias);
}

// ---- GRU: u = h_{t-1} w + bias;  r = sigmoid(x_r + u_r);  z = sigmoid(x_z + u_z);  n = tanh(x_n + r u_n);
// ----      h_t = (1 - z) n + z h_{t-1} ---------------------------------------------------------------------

void gru_forward(Context&, const RecurrentShape& s, const Real* x, const Real* w, const Real* bias, Real* h,
                 Real* gates) {
  const Index H = s.hidden;
  for (Index b = 0; b < s.batch; ++b)
    for (Index k = 0; k < s.steps; ++k) {
      const Real *before = step(s, h, H, k - 1, b), *x_now = step(s, x, 3 * H, k, b);
      Real* gate = step(s, gates, 4 * H, k, b);
      const auto state = [&](Index i) { return element(before, i); };
      for (Index j = 0; j < H; ++j) {
        const double r = sigmoid(x_now[j] + project(H, 3 * H, state, w, bias, j));
        const double z = sigmoid(x_now[H + j] + project(H, 3 * H, state, w, bias, H + j));
        const double u_n = project(H, 3 * H, state, w, bias, 2 * H + j);
        const double n = std::tanh(x_now[2 * H + j] + r * u_n);
        gate[j] = static_cast<Real>(r);
        gate[H + j] = static_cast<Real>(z);
        gate[2 * H + j] = static_cast<Real>(n);
        gate[3 * H + j] = static_cast<Real>(u_n);
        step(s, h, H, k, b)[j] = static_cast<Real>((1 - z) * n + z * element(before, j));
      }
    }
}

void gru_backward(Context& context, const RecurrentShape& s, const Real* w, const Real* h, const Real* gates,
                  const Real* dh, Real* dx, Real* dw, Real* dbias) {
  const Index H = s.hidden;
  Sums sum_dw(context, H * 3 * H), sum_dbias(context, 3 * H), du(context, 3 * H), carry(context, H);
  for (Index b = 0; b < s.batch; ++b) {
    carry.clear();
    for (Index k = s.steps - 1; k >= 0; --k) {
      const Real *before = step(s, h, H, k - 1, b), *gate = step(s, gates, 4 * H, k, b);
      for (Index j = 0; j < H; ++j) {
        const double r = gate[j], z = gate[H + j], n = gate[2 * H + j], u_n = gate[3 * H + j];
        const double gradient = step(s, dh, H, k, b)[j] + carry[j];
        const double da_n = gradient * (1 - z) * (1 - n * n);
        du[j] = da_n * u_n * r * (1 - r);
        du[H + j] = gradient * (element(before, j) - n) * z * (1 - z);
        du[2 * H + j] = da_n * r;
        add(step(s, dx, 3 * H, k, b), j, du[j]);
        add(step(s, dx, 3 * H, k, b), H + j, du[H + j]);
        add(step(s, dx, 3 * H, k, b), 2 * H + j, da_n);
        carry[j] = gradient * z;  // the path around the gates; project_backward adds the rest
      }
      const auto state = [&](Index i) { return element(before, i); };
      project_backward(H, 3 * H, state, w, du, sum_dw, sum_dbias, carry);
    }
  }
  sum_dw.add_to(dw);
  sum_dbias.add_to(dbias);
}

}  // namespace triptych::reference
