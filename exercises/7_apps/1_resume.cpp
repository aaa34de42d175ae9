// 7.1 What a checkpoint has to hold
//
// `Descent` is a training run with one weight: noisy gradients of (w - 3)^2 / 2, momentum, a learning rate
// that falls. It can be killed at any step, and a new one made with the same seed must go on from save() and
// end in the SAME BITS as a run that was never killed. The version below saves the weight. What else is
// state? And what need not be saved, because it is a function of the seed and the step? (The noise:
// engine/random.h gives every step a stream of its own.)
//
// Change save() and restore(); step() is right.
#include "engine/random.h"
#include "exercises/exercises.h"

namespace triptych {

void Descent::step() {
  const double rate = 0.2 / (1 + 0.1 * static_cast<double>(steps_));
  const double noise = Random(seed_).split(steps_).normal();
  const double gradient = weight_ - 3 + 0.5 * noise;
  velocity_ = 0.9 * velocity_ + gradient;
  weight_ -= rate * velocity_;
  ++steps_;
}

std::vector<double> Descent::save() const {
  return {weight_};
}

void Descent::restore(std::span<const double> saved) {
  weight_ = saved[0];
}

}  // namespace triptych
