// The loss is NaN. Which op made it? All relus of this little network are dead (its bias is far below 0), so
// the embedding is a row of zeros, and bringing it to length 1 without a guard divides 0 by 0. Two ops later
// the loss is NaN. With Tape::detect_anomalies the tape stops at the first op that makes a NaN, and names it.
#include <fmt/core.h>

#include "engine/error.h"
#include "engine/ops.h"

using namespace triptych;

static Variable loss_of(Tape& tape) {
  Device device = Device::open("reference");
  const auto filled = [&](const Shape& shape, Real value) { return Tensor::filled(device, shape, value); };
  const Variable x = tape.input(filled({4, 3}, 0.5), true);
  const Variable hidden = relu(linear(x, filled({3, 2}, 1), filled({2}, -100)));
  const Variable embedding = l2_normalise(hidden, 0);  // epsilon = 0: the guard is taken away
  return mean(pairwise_squared_distances(embedding, embedding));
}

int main() {
  Tape plain;
  fmt::print("loss = {}\n", loss_of(plain).value.item());

  Tape tape;
  tape.detect_anomalies = true;
  try {
    loss_of(tape);
  } catch (const Error& error) {
    fmt::print("{}\n", error.what());
  }
}
