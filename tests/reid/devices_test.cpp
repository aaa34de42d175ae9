// The whole way of a number, from pixels to changed weights, on every device there is: kernels that agree one
// by one must agree when they are put together.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/error.h"
#include "kernels/backends.h"
#include "reid/training/trainer.h"
#include "tests/reid/helpers.h"

using namespace triptych;
using namespace triptych::test;

namespace {

struct Step {
  double loss = 0;
  std::map<std::string, std::vector<Real>> weights;
};

// Plain gradient descent: Adam's first step would be the sign of each gradient, and turn a rounding into a
// full step.
Options step_options() {
  Options options = tiny_options();
  options.training.optimizer = Optimizer::Kind::sgd;
  options.training.schedule = Schedule::Kind::constant;
  options.training.warmup = 0, options.training.rate = 0.1, options.training.clip = 0;
  options.loss.identity_weight = 0.1, options.network.dropout = 0.1;
  return options;
}

// Without exp and tanh: sums, products, quotients and square roots, which IEEE 754 rounds in one way only.
Options arithmetic_alone() {
  Options options = step_options();
  options.network.recurrent = RecurrentKind::none;
  options.loss.softmax_weight = options.loss.patch_weight = options.loss.identity_weight = 0;
  return options;
}

Step one_step(const std::string& device_name, const Options& options, bool take_it = true) {
  static const Dataset dataset = open_dataset("synthetic:12");
  static const ImageSource images = open_images(dataset, {52, 24});
  Trainer trainer(Device::open(device_name), options, {dataset, images, {0, 1, 2, 3, 4, 5, 6, 7}, {}});
  Step step;
  if (take_it) {
    std::atomic<bool> stop = false;
    TrainingObserver observer;
    observer.stop = &stop;
    observer.on_step = [&](const StepRecord& record) {
      step.loss = record.loss;
      stop = true;
    };
    trainer.run(observer);
  }
  for (const auto& [name, parameter] : trainer.model().network->parameters())
    step.weights[name] = parameter->value.values();
  return step;
}

double largest_difference(const std::vector<Real>& a, const std::vector<Real>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(double(a[i]) - b[i]);
    if (!(difference <= largest)) largest = difference;  // a NaN stays
  }
  return largest;
}

// How far the step of one device is from another's, at worst, as a share of how far it moved that tensor. A
// bias in front of a batch norm has no gradient and moves by rounding alone: no tensor is asked for more than
// a hundredth of the largest move.
double worst_error(const Step& step, const Step& judge, const Step& before) {
  double largest_move = 0, worst = 0;
  for (const auto& [name, values] : judge.weights)
    largest_move = std::max(largest_move, largest_difference(values, before.weights.at(name)));
  for (const auto& [name, values] : judge.weights) {
    const double move = largest_difference(values, before.weights.at(name));
    const double error =
        largest_difference(step.weights.at(name), values) / std::max(move, 0.01 * largest_move);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

bool is_there(const std::string& device) {
  for (const Backend& backend : backends())
    if (backend.name == device) {
      if (!backend.kernels) MESSAGE("SKIPPED: device ", device, " is not there: ", backend.description);
      return backend.kernels != nullptr;
    }
  return false;
}

}  // namespace

// float32 rounds by 6e-8, the longest sums of this network have some 10^4 terms, and batch norm divides by
// small deviations.
constexpr double tolerance = 1e-4;

TEST_CASE("one training step is the same on every device, within a stated error") {
  const Step before = one_step("reference", step_options(), false);
  const Step reference = one_step("reference", step_options());
  for (const std::string device : {"cpu", "emulator", "ptx", "cuda", "fake-cuda"}) {
    if (!is_there(device)) continue;
    CAPTURE(device);
    const Step step = one_step(device, step_options());
    CHECK(step.loss == doctest::Approx(reference.loss).epsilon(1e-5));
    const double error = worst_error(step, reference, before);
    MESSAGE(device, ": ", error, " of the step");
    CHECK(error > 0);  // it did compute by itself
    CHECK(error <= tolerance);
  }
}

TEST_CASE("... and so is one through attention, with the hardest triplets") {
  Options options = step_options();
  options.network.recurrent = RecurrentKind::attention, options.network.hidden = 8;
  options.loss.mining = Mining::hard;  // a device chooses the triplets by itself
  const Step before = one_step("reference", options, false);
  const Step reference = one_step("reference", options);
  for (const std::string device : {"cpu", "emulator", "ptx", "cuda"}) {
    if (!is_there(device)) continue;
    CAPTURE(device);
    const Step step = one_step(device, options);
    CHECK(step.loss == doctest::Approx(reference.loss).epsilon(1e-5));
    const double error = worst_error(step, reference, before);
    CHECK(error > 0);
    CHECK(error <= tolerance);
  }
}

TEST_CASE("without exp and tanh, nvcc's code takes the same step as the sources, to the bit") {
  if (!is_there("ptx")) return;
  const Step before = one_step("emulator", arithmetic_alone(), false);
  const Step fibers = one_step("emulator", arithmetic_alone());
  CHECK(fibers.weights != before.weights);
  CHECK(one_step("ptx", arithmetic_alone()).weights == fibers.weights);
  // With them, the C library's tanh and CUDA's differ in the last bit here and there.
  const Step whole_before = one_step("emulator", step_options(), false);
  const Step whole = one_step("emulator", step_options());
  CHECK(worst_error(one_step("ptx", step_options()), whole, whole_before) <= 1e-4);
}
