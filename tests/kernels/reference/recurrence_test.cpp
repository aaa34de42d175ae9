#include <doctest/doctest.h>

#include <cmath>

#include "tests/kernels/reference/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {
double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}
}  // namespace

TEST_CASE("reference Elman: two steps of one unit, output tanh, forwards and backwards in time") {
  const Real x[] = {Real(0.5), Real(-0.25)}, w[] = {2}, bias[] = {Real(0.1)};
  Real h[2];
  Context context;
  k.elman_forward(context, {2, 1, 1}, RecurrentOutput::tanh, x, w, bias, h);
  CHECK(h[0] == near(std::tanh(0.6)));
  CHECK(h[1] == near(std::tanh(-0.15 + 2 * std::tanh(0.6))));
  k.elman_forward(context, {2, 1, 1, true}, RecurrentOutput::tanh, x, w, bias, h);
  CHECK(h[1] == near(std::tanh(-0.15)));
  CHECK(h[0] == near(std::tanh(0.6 + 2 * std::tanh(-0.15))));
}

TEST_CASE("reference Elman: output linear, the first step without w") {
  const Real x[] = {Real(0.5), Real(-0.25)}, w[] = {2}, bias[] = {Real(0.1)};
  Real h[2];
  Context context;
  k.elman_forward(context, {2, 1, 1}, RecurrentOutput::linear, x, w, bias, h);
  CHECK(h[0] == near(0.6));
  CHECK(h[1] == near(-0.15 + 2 * std::tanh(0.6)));
}

TEST_CASE("reference Elman: w multiplies from the right") {
  // Two units; w moves unit 0 into unit 1 and nothing back.
  const Real x[] = {1, 0, 0, 0}, w[] = {0, 3, 0, 0}, bias[] = {0, 0};
  Real h[4];
  Context context;
  k.elman_forward(context, {2, 1, 2}, RecurrentOutput::tanh, x, w, bias, h);
  CHECK(h[2] == 0);
  CHECK(h[3] == near(std::tanh(3 * std::tanh(1.0))));
}

TEST_CASE("reference Elman: backward through two steps, by the chain rule") {
  const double h0 = 0.5, h1 = -0.25, w0 = 2;
  const Real h[] = {Real(h0), Real(h1)}, w[] = {Real(w0)}, dh[] = {10, 1};
  Real dx[] = {100, 100}, dw[] = {200}, dbias[] = {300};
  Context context;
  k.elman_backward(context, {2, 1, 1}, RecurrentOutput::tanh, w, h, dh, dx, dw, dbias);
  const double da1 = 1 * (1 - h1 * h1), da0 = (10 + da1 * w0) * (1 - h0 * h0);
  CHECK(dx[1] == near(100 + da1));
  CHECK(dx[0] == near(100 + da0));
  CHECK(dw[0] == near(200 + h0 * da1));
  CHECK(dbias[0] == near(300 + da0 + da1));
}

TEST_CASE("reference LSTM: the first step, by hand, and the second from its cell") {
  // [i f g o] from x alone (w = 0), hidden 1.
  const Real x[] = {1, 2, Real(0.5), -1, 0, 0, 0, 0}, w[] = {0, 0, 0, 0}, bias[] = {0, Real(0.25), 0, 0};
  Real h[2], c[2], gates[8];
  Context context;
  k.lstm_forward(context, {2, 1, 1}, x, w, bias, h, c, gates);
  const double i = sigmoid(1), f = sigmoid(2.25), g = std::tanh(0.5), o = sigmoid(-1);
  CHECK(gates[0] == near(i));
  CHECK(gates[1] == near(f));
  CHECK(gates[2] == near(g));
  CHECK(gates[3] == near(o));
  CHECK(c[0] == near(i * g));
  CHECK(h[0] == near(o * std::tanh(i * g)));
  CHECK(c[1] == near(sigmoid(0.25) * i * g));  // the new candidate is tanh(0) = 0
  CHECK(h[1] == near(0.5 * std::tanh(sigmoid(0.25) * i * g)));
}

TEST_CASE("reference LSTM: backward of one step, gate by gate") {
  const double i = 0.6, f = 0.7, g = 0.5, o = 0.4, c_now = i * g, t = std::tanh(c_now);
  const Real w[] = {0, 0, 0, 0}, h[] = {Real(o * t)}, c[] = {Real(c_now)};
  const Real gates[] = {Real(i), Real(f), Real(g), Real(o)}, dh[] = {2};
  Real dx[] = {10, 10, 10, 10}, dw[] = {20, 20, 20, 20}, dbias[] = {30, 30, 30, 30};
  Context context;
  k.lstm_backward(context, {1, 1, 1}, w, h, c, gates, dh, dx, dw, dbias);
  const double dc = 2 * o * (1 - t * t);
  CHECK(dx[0] == near(10 + dc * g * i * (1 - i)));
  CHECK(dx[1] == near(10));  // there is no cell before the first step to forget
  CHECK(dx[2] == near(10 + dc * i * (1 - g * g)));
  CHECK(dx[3] == near(10 + 2 * t * o * (1 - o)));
  CHECK(dw[0] == 20);  // nor a state that w multiplies
  CHECK(dbias[3] == near(30 + 2 * t * o * (1 - o)));
}

TEST_CASE("reference GRU: two steps of one unit, by hand") {
  const Real x[] = {Real(0.3), Real(-0.2), 1, Real(0.1), Real(0.4), Real(-0.5)}, w[] = {Real(0.5), -1, 2};
  const Real bias[] = {Real(0.1), Real(0.2), Real(-0.3)};
  Real h[2], gates[8];
  Context context;
  k.gru_forward(context, {2, 1, 1}, x, w, bias, h, gates);
  const double r0 = sigmoid(0.3 + 0.1), z0 = sigmoid(-0.2 + 0.2), n0 = std::tanh(1 + r0 * -0.3);
  const double h0 = (1 - z0) * n0;
  CHECK(h[0] == near(h0));
  const double u_n = 2 * h0 - 0.3;
  const double r1 = sigmoid(0.1 + 0.5 * h0 + 0.1), z1 = sigmoid(0.4 - h0 + 0.2),
               n1 = std::tanh(-0.5 + r1 * u_n);
  CHECK(h[1] == near((1 - z1) * n1 + z1 * h0));
  CHECK(gates[4] == near(r1));
  CHECK(gates[5] == near(z1));
  CHECK(gates[6] == near(n1));
  CHECK(gates[7] == near(u_n));
}
