// 4.1 A batch of people, each seen by both cameras
//
// A triplet needs two images of one person and one of another, and the pair must come from *different*
// cameras: else the network learns to recognise the camera. Return 2 P positions in the list `images`:
//   - entries 0 .. P-1 are images of P different people by camera 0,
//   - entry P + i is the same person as entry i, by camera 1.
// People whom only one camera saw cannot be used. Whoever has several images by one camera gets one of them
// at random. When fewer than P people can be used, take all of them.
//
// Everything random comes from `random` (engine/random.h: shuffle, integer), so the same seed gives the same
// batch. What is below forgets the cameras.
#include "engine/random.h"
#include "exercises/exercises.h"

namespace triptych {

std::vector<int> cross_camera_batch(const std::vector<Seen>& images, int identities, Random random) {
  std::vector<int> order(images.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  random.shuffle(std::span<int>(order));
  order.resize(std::min<std::size_t>(order.size(), 2 * identities));
  return order;
}

}  // namespace triptych
