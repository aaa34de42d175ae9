// 4.3 The split that leaks
//
// Deal the images into a training and a test side, about `train_share` of them to the first. The version
// below shuffles the images and cuts: every image is on one side only, and the result looks wonderful,
// because people whom the network has learnt by heart are on the test side, too. What has to be dealt out are
// *people*: nobody on both sides. Of N people round(train_share N) train. The same seed gives the same sides.
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
