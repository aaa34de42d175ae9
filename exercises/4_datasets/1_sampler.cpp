// 4.1 A batch of identities, each seen by both cameras
//
// A triplet needs two images of one identity and one of another, and the pair must come from *different*
// cameras: else the network learns to recognise the camera. Return 2 P positions in the list `images`:
//   - entries 0 .. P-1 are images of P different identities by camera 0,
//   - entry P + i is the same identity as entry i, by camera 1.
// Identities seen by one camera only cannot be used. Of several images by one camera, one is drawn at random.
// When fewer than P identities can be used, take all of them.
//
// Everything random comes from `random` (engine/random.h: shuffle, integer), so the same seed gives the same
// batch. The version below ignores the cameras.
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
