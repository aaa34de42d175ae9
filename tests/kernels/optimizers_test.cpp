#include <doctest/doctest.h>

#include "tests/kernels/harness.h"

using namespace triptych;
using namespace triptych::test;

namespace {

// Parameters of all sizes in one call: biases of one number, a filter bank, one large matrix.
const std::vector<Index> sizes = {1, 7, 16, 17, 1031, 0, 70001};

struct Parameter {
  Array<Real> value, gradient, first, second;
  Real decay;
};
std::vector<Parameter> parameters(Trial& trial) {
  std::vector<Parameter> list;
  for (const Index size : sizes)
    list.push_back({trial.in_place(trial.random(size)), trial.input(trial.random(size)),
                    trial.in_place(trial.random(size)), trial.in_place(trial.random(size, 0, 1)),
                    size % 2 ? Real(0) : Real(0.01)});
  return list;
}
std::vector<ParameterSlice> slices(const std::vector<Parameter>& parameters, const Run& run,
                                   bool with_second) {
  std::vector<ParameterSlice> list;
  for (const Parameter& p : parameters)
    list.push_back({run[p.value], run[p.gradient], run[p.first], with_second ? run[p.second] : nullptr,
                    p.value.size, p.decay});
  return list;
}

}  // namespace

TEST_CASE("SGD: momentum, Nesterov, decay; no second average") {
  for (const Real momentum : {Real(0), Real(0.9)})
    for (const bool nesterov : {false, true}) {
      Trial trial("sgd momentum={} nesterov={}", momentum, nesterov);
      const std::vector<Parameter> list = parameters(trial);
      const SgdRule rule{.rate = Real(0.1), .momentum = momentum, .nesterov = nesterov};
      trial.compare(
          [&](Run& run) {
            const std::vector<ParameterSlice> s = slices(list, run, false);
            run.kernels.sgd(run.context, rule, Index(s.size()), s.data());
          },
          within(4, 2));
    }
}

TEST_CASE("Adam and AdamW: the first step and a late one") {
  for (const Index step : {1, 2, 1000, 200000})
    for (const bool decoupled : {false, true}) {
      Trial trial("adam step={} decoupled={}", step, decoupled);
      const std::vector<Parameter> list = parameters(trial);
      const AdamRule rule{.rate = Real(0.01), .step = step, .decoupled_decay = decoupled};
      // At step 1 the averages are divided by 1 - beta = 0.1 and 0.001; the step itself is of rate * |m| /
      // sqrt(v).
      trial.compare(
          [&](Run& run) {
            const std::vector<ParameterSlice> s = slices(list, run, true);
            run.kernels.adam(run.context, rule, Index(s.size()), s.data());
          },
          within(8, 4));
    }
}

TEST_CASE("optimizers: no parameters at all") {
  Trial trial("sgd and adam of nothing");
  trial.compare(
      [&](Run& run) {
        run.kernels.sgd(run.context, {.rate = 1, .momentum = 0}, 0, nullptr);
        run.kernels.adam(run.context, {.rate = 1}, 0, nullptr);
      },
      exact());
}
