// A triplet network may end with the same embedding for every image: all distances are 0, the loss is
// the margin, and the gradient, which is made of differences of embeddings, is 0. No step leads away. Three
// networks: one that separates identities, one that is collapsing, one that has collapsed.
#include <fmt/core.h>

#include <cmath>

#include "engine/ops.h"

using namespace triptych;

int main() {
  Device device = Device::open("reference");
  constexpr Real margin = 0.3;
  // Four images of two people: rows 0 and 1 are one person, rows 2 and 3 another.
  const std::vector<Real> offsets = {0.8, 0.1, -0.5, 0.6, 0.3, -0.9, 0.4, 0.7};
  const std::vector<std::int32_t> list = {0, 1, 2, 1, 0, 3, 2, 3, 0, 3, 2, 1};
  const Tensor triplets = Tensor::from(device, {4, 3}, std::span<const std::int32_t>(list));

  fmt::print("the triplet loss with margin {}\n{:>8} {:>10} {:>10}\n", margin, "spread", "loss",
             "|gradient|");
  for (const Real spread : {1.0, 0.1, 0.001, 0.0}) {
    std::vector<Real> rows;
    for (std::size_t i = 0; i < offsets.size(); ++i) rows.push_back(0.5 + spread * offsets[i]);
    Tape tape;
    const Variable embedding = tape.input(Tensor::from(device, {4, 2}, std::span<const Real>(rows)), true);
    const Variable d = pairwise_squared_distances(embedding, embedding);
    const Variable loss = mean(triplet_loss(d, triplets, {.margin = margin, .ceiling = 0.3, .beta = 0}));
    tape.backward(loss);
    double squares = 0;
    for (const Real g : tape.gradient(embedding).values()) squares += g * g;
    fmt::print("{:>8} {:>10.4f} {:>10.4f}\n", spread, loss.value.item(), std::sqrt(squares));
  }
  fmt::print(
      "At spread 0 everybody is one point: the loss is the margin, and nothing pulls the points apart "
      "again.\n");
}
