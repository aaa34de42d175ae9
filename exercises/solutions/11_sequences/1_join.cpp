// 11.1, solved. The project does the same in datasets/sequences.cpp, number_tracks and tracks_of.
#include <algorithm>
#include <map>
#include <tuple>

#include "exercises/exercises.h"

namespace triptych {

std::vector<std::vector<Index>> join_frames(std::span<const Frame> frames) {
  std::map<std::tuple<std::string, int, Index>, std::size_t> known;
  std::vector<std::vector<Index>> sequences;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Frame& f = frames[i];
    std::size_t place = sequences.size();
    if (!f.person.empty())
      place = known.emplace(std::tuple(f.person, f.camera, f.sequence), place).first->second;
    if (place == sequences.size()) sequences.emplace_back();
    sequences[place].push_back(static_cast<Index>(i));
  }
  for (std::vector<Index>& sequence : sequences)
    std::ranges::stable_sort(sequence, {},
                             [&](Index i) { return frames[static_cast<std::size_t>(i)].frame; });
  return sequences;
}

}  // namespace triptych
