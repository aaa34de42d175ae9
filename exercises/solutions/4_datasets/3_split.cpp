// 4.3, solved.
#include <cmath>
#include <set>

#include "engine/random.h"
#include "exercises/exercises.h"

namespace triptych {

Sides split_people(const std::vector<Seen>& pictures, double train_share, Random random) {
  std::set<int> everybody;
  for (const Seen& seen : pictures) everybody.insert(seen.person);
  std::vector<int> people(everybody.begin(), everybody.end());
  random.shuffle(std::span<int>(people));
  const auto cut = people.begin() + std::lround(train_share * static_cast<double>(people.size()));
  const std::set<int> training(people.begin(), cut);

  Sides sides;
  for (std::size_t i = 0; i < pictures.size(); ++i)
    (training.contains(pictures[i].person) ? sides.train : sides.test).push_back(static_cast<int>(i));
  return sides;
}

}  // namespace triptych
