#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

const std::vector<RecurrentShape> sequences = {
    {1, 1, 1},        {3, 2, 5, true}, {5, 1, 16},  {2, 17, 7},
    {7, 5, 33, true}, {4, 13, 48},     {13, 6, 31}, {26, 3, 128},
};

std::string describe(const RecurrentShape& s) {
  return fmt::format("{} steps, batch {}, hidden {}{}", s.steps, s.batch, s.hidden,
                     s.reverse ? ", reverse" : "");
}

// Weights whose columns sum to at most 1/2 in absolute value: an error in h_{t-1} is halved at the next step,
// so all earlier steps together add no more than the current one. |x|, |bias| <= 1, hence every sum of
// products is below 2.5.
std::vector<Real> contracting(Trial& trial, Index hidden, Index columns) {
  return trial.random(hidden * columns, -0.5 / double(hidden), 0.5 / double(hidden));
}
Bound forward_bound(const RecurrentShape& s) {
  return within(2 * 4 * double(s.hidden + 3), 2.5);
}
// dw and dbias sum over steps and batch. Every entry of the way back through a gate costs a few roundings
// more.
Bound backward_bound(const RecurrentShape& s) {
  return products(s.steps * s.batch + s.hidden + 8);
}

}  // namespace

TEST_CASE("Elman: forward, both outputs") {
  for (const RecurrentShape& s : sequences)
    for (const RecurrentOutput output : {RecurrentOutput::tanh, RecurrentOutput::linear}) {
      Trial trial("elman_forward {}, output {}", describe(s), int(output));
      const Index n = s.steps * s.batch * s.hidden;
      const auto x = trial.input(trial.random(n));
      const auto w = trial.input(contracting(trial, s.hidden, s.hidden));
      const auto bias = trial.input(trial.random(s.hidden));
      const auto h = trial.output<Real>(n);
      trial.compare(
          [&](Run& run) {
            run.kernels.elman_forward(run.context, s, output, run[x], run[w], run[bias], run[h]);
          },
          forward_bound(s));
    }
}

TEST_CASE("Elman: backward, both outputs, with and without each gradient") {
  for (const RecurrentShape& s : sequences)
    for (const RecurrentOutput output : {RecurrentOutput::tanh, RecurrentOutput::linear}) {
      Trial trial("elman_backward {}, output {}", describe(s), int(output));
      const Index n = s.steps * s.batch * s.hidden;
      const auto w = trial.input(contracting(trial, s.hidden, s.hidden));
      const auto h = trial.input(trial.random(n, -0.9, 0.9));
      const auto dh = trial.input(trial.random(n));
      const auto dx = trial.gradient(n), dw = trial.gradient(s.hidden * s.hidden),
                 dbias = trial.gradient(s.hidden);
      const auto dx_alone = trial.gradient(n), dw_alone = trial.gradient(s.hidden * s.hidden);
      trial.compare(
          [&](Run& run) {
            const auto backward = run.kernels.elman_backward;
            backward(run.context, s, output, run[w], run[h], run[dh], run[dx], run[dw], run[dbias]);
            backward(run.context, s, output, run[w], run[h], run[dh], run[dx_alone], nullptr, nullptr);
            backward(run.context, s, output, run[w], run[h], run[dh], nullptr, run[dw_alone], nullptr);
          },
          backward_bound(s));
    }
}

TEST_CASE("LSTM: forward") {
  for (const RecurrentShape& s : sequences) {
    Trial trial("lstm_forward {}", describe(s));
    const Index n = s.steps * s.batch * s.hidden;
    const auto x = trial.input(trial.random(4 * n));
    const auto w = trial.input(contracting(trial, s.hidden, 4 * s.hidden));
    const auto bias = trial.input(trial.random(4 * s.hidden));
    const auto h = trial.output<Real>(n), c = trial.output<Real>(n), gates = trial.output<Real>(4 * n);
    // The cell sums over the steps: f <= sigmoid(2.5) = 0.93 lets an error live for 1 / (1 - f) = 14 of them.
    Bound bound = forward_bound(s);
    bound.factor *= double(std::min<Index>(s.steps, 14));
    trial.compare(
        [&](Run& run) {
          run.kernels.lstm_forward(run.context, s, run[x], run[w], run[bias], run[h], run[c], run[gates]);
        },
        bound);
  }
}

TEST_CASE("LSTM: backward") {
  for (const RecurrentShape& s : sequences) {
    Trial trial("lstm_backward {}", describe(s));
    const Index n = s.steps * s.batch * s.hidden;
    const auto w = trial.input(contracting(trial, s.hidden, 4 * s.hidden));
    const auto h = trial.input(trial.random(n, -0.9, 0.9));
    const auto c = trial.input(trial.random(n, -0.9, 0.9));
    const auto gates = trial.input(trial.random(4 * n, 0.1, 0.9));
    const auto dh = trial.input(trial.random(n));
    const auto dx = trial.gradient(4 * n), dw = trial.gradient(4 * s.hidden * s.hidden),
               dbias = trial.gradient(4 * s.hidden);
    const auto dx_alone = trial.gradient(4 * n);
    trial.compare(
        [&](Run& run) {
          const auto backward = run.kernels.lstm_backward;
          backward(run.context, s, run[w], run[h], run[c], run[gates], run[dh], run[dx], run[dw], run[dbias]);
          backward(run.context, s, run[w], run[h], run[c], run[gates], run[dh], run[dx_alone], nullptr,
                   nullptr);
        },
        backward_bound(s));
  }
}

TEST_CASE("GRU: forward") {
  for (const RecurrentShape& s : sequences) {
    Trial trial("gru_forward {}", describe(s));
    const Index n = s.steps * s.batch * s.hidden;
    const auto x = trial.input(trial.random(3 * n));
    const auto w = trial.input(contracting(trial, s.hidden, 3 * s.hidden));
    const auto bias = trial.input(trial.random(3 * s.hidden));
    const auto h = trial.output<Real>(n), gates = trial.output<Real>(4 * n);
    Bound bound = forward_bound(s);  // z carries an error on as the LSTM's f does
    bound.factor *= double(std::min<Index>(s.steps, 14));
    trial.compare(
        [&](Run& run) {
          run.kernels.gru_forward(run.context, s, run[x], run[w], run[bias], run[h], run[gates]);
        },
        bound);
  }
}

TEST_CASE("GRU: backward") {
  for (const RecurrentShape& s : sequences) {
    Trial trial("gru_backward {}", describe(s));
    const Index H = s.hidden, n = s.steps * s.batch * H;
    const auto w = trial.input(contracting(trial, H, 3 * H));
    const auto h = trial.input(trial.random(n, -0.9, 0.9));
    std::vector<Real> saved = trial.random(4 * n, 0.1, 0.9), largest = saved;
    for (Index i = 0; i < 4 * n; ++i)
      if (i / H % 4 >= 2) {  // n and u_n have either sign
        saved[std::size_t(i)] = 2 * saved[std::size_t(i)] - 1;
        largest[std::size_t(i)] = std::abs(saved[std::size_t(i)]);
        if (i / H % 4 == 2) largest[std::size_t(i)] *= -1;  // so that h_{t-1} - n is |h_{t-1}| + |n|
      }
    const auto gates = trial.input(saved);
    trial.magnitude(gates, largest);
    const auto dh = trial.input(trial.random(n));
    const auto dx = trial.gradient(3 * n), dw = trial.gradient(3 * H * H), dbias = trial.gradient(3 * H);
    const auto dx_alone = trial.gradient(3 * n);
    trial.compare(
        [&](Run& run) {
          const auto backward = run.kernels.gru_backward;
          backward(run.context, s, run[w], run[h], run[gates], run[dh], run[dx], run[dw], run[dbias]);
          backward(run.context, s, run[w], run[h], run[gates], run[dh], run[dx_alone], nullptr, nullptr);
        },
        backward_bound(s));
  }
}

TEST_CASE("recurrence: NaN in one sequence stays in that sequence, from its step on") {
  const RecurrentShape s{4, 3, 17};
  Trial trial("elman_forward with NaN");
  const Index n = s.steps * s.batch * s.hidden;
  std::vector<Real> values = trial.random(n);
  values[std::size_t((1 * s.batch + 2) * s.hidden + 4)] = std::numeric_limits<Real>::quiet_NaN();
  const auto x = trial.input(values);
  const auto w = trial.input(contracting(trial, s.hidden, s.hidden));
  const auto bias = trial.input(trial.random(s.hidden));
  const auto h = trial.output<Real>(n);
  trial.compare(
      [&](Run& run) {
        run.kernels.elman_forward(run.context, s, RecurrentOutput::tanh, run[x], run[w], run[bias], run[h]);
      },
      forward_bound(s),
      [&](const Outcome& got) {
        const std::vector<Real> values_h = got[h];
        Index count = 0;
        for (const Real value : values_h) count += std::isnan(value);
        CHECK(count == 1 + 2 * s.hidden);  // the unit itself, then the whole state of that sequence
      });
}
