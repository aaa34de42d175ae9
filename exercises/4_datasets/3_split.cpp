// 4.3 The split that leaks
//
// Split the images into a training and a test side, about `train_share` of them to the first. The version
// below shuffles the images and cuts the list: every image is on one side only, but the test scores are far
// too good, because the network has seen the same identities in training. Split by *identity*: none is on
// both sides. Of N identities round(train_share N) train. The same seed gives the same sides.
#include <cmath>

#include "engine/random.h"
#include "exercises/exercises.h"

namespace triptych {

Sides split_identities(const std::vector<Seen>& images, double train_share, Random random) {
  std::vector<int> order(images.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  random.shuffle(std::span<int>(order));
  const auto cut = order.begin() + std::lround(train_share * static_cast<double>(order.size()));
  return {{order.begin(), cut}, {cut, order.end()}};
}

}  // namespace triptych
