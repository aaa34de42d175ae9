// 4.1, solved. PkSampler in datasets/sampler.cpp also deals out a whole epoch, so that everybody comes once.
#include <map>

#include "engine/random.h"
#include "exercises/exercises.h"

namespace triptych {

std::vector<int> cross_camera_batch(const std::vector<Seen>& pictures, int people, Random random) {
  std::map<int, std::array<std::vector<int>, 2>> by_person;
  for (std::size_t i = 0; i < pictures.size(); ++i)
    by_person[pictures[i].person][pictures[i].camera].push_back(static_cast<int>(i));
  std::vector<std::array<std::vector<int>, 2>> useful;
  for (const auto& [person, views] : by_person)
    if (!views[0].empty() && !views[1].empty()) useful.push_back(views);

  random.shuffle(std::span(useful));
  useful.resize(std::min<std::size_t>(useful.size(), people));
  std::vector<int> batch;
  for (const int camera : {0, 1})
    for (const auto& views : useful) {
      const std::vector<int>& choice = views[camera];
      batch.push_back(choice[random.integer(static_cast<Index>(choice.size()))]);
    }
  return batch;
}

}  // namespace triptych
