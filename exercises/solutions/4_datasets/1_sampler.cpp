// 4.1, solved. PkSampler in datasets/sampler.cpp also deals out a whole epoch, so that everybody comes once.
#include <map>

#include "engine/random.h"
#include "exercises/exercises.h"

namespace triptych {

std::vector<int> cross_camera_batch(const std::vector<Seen>& images, int identities, Random random) {
  std::map<int, std::array<std::vector<int>, 2>> by_identity;
  for (std::size_t i = 0; i < images.size(); ++i)
    by_identity[images[i].identity][images[i].camera].push_back(static_cast<int>(i));
  std::vector<std::array<std::vector<int>, 2>> useful;
  for (const auto& [identity, views] : by_identity)
    if (!views[0].empty() && !views[1].empty()) useful.push_back(views);

  random.shuffle(std::span(useful));
  useful.resize(std::min<std::size_t>(useful.size(), identities));
  std::vector<int> batch;
  for (const int camera : {0, 1})
    for (const auto& views : useful) {
      const std::vector<int>& choice = views[camera];
      batch.push_back(choice[random.integer(static_cast<Index>(choice.size()))]);
    }
  return batch;
}

}  // namespace triptych
