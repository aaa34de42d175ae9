// 10.2, solved. The project does the same in reid/evaluation/open_set.cpp.
#include <algorithm>
#include <limits>

#include "exercises/exercises.h"

namespace triptych {

OpenSet open_set(std::span<const Search> training, std::span<const Search> test, double far) {
  std::vector<double> impostors;
  for (const Search& search : training) impostors.push_back(search.impostor);
  std::ranges::sort(impostors);
  const auto n = static_cast<double>(training.size());
  const auto allowed = static_cast<std::size_t>(far * n + 1e-9);
  OpenSet result{std::numeric_limits<double>::infinity(), 0, 0};
  if (allowed < impostors.size()) result.threshold = impostors[allowed];
  for (const Search& search : test) {
    if (search.genuine < search.impostor && search.genuine < result.threshold) result.tpir += 1;
    if (search.impostor < result.threshold) result.false_alarms += 1;
  }
  result.tpir /= static_cast<double>(test.size());
  result.false_alarms /= static_cast<double>(test.size());
  return result;
}

}  // namespace triptych
