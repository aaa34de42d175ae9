// 4.3, solved.
#include <cmath>
#include <set>

#include "engine/random.h"
#include "exercises/exercises.h"

namespace triptych {

Sides split_identities(const std::vector<Seen>& images, double train_share, Random random) {
  std::set<int> everybody;
  for (const Seen& seen : images) everybody.insert(seen.identity);
  std::vector<int> identities(everybody.begin(), everybody.end());
  random.shuffle(std::span<int>(identities));
  const auto cut = identities.begin() + std::lround(train_share * static_cast<double>(identities.size()));
  const std::set<int> training(identities.begin(), cut);

  Sides sides;
  for (std::size_t i = 0; i < images.size(); ++i)
    (training.contains(images[i].identity) ? sides.train : sides.test).push_back(static_cast<int>(i));
  return sides;
}

}  // namespace triptych
