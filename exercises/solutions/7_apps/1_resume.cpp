// 7.1, solved. reid/training/trainer_checkpoint.cpp saves weights, both moments of the optimizer, the
// patches' labels and the step.
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
  return {weight_, velocity_, static_cast<double>(steps_)};
}

void Descent::restore(std::span<const double> saved) {
  weight_ = saved[0], velocity_ = saved[1], steps_ = static_cast<Index>(saved[2]);
}

}  // namespace triptych
