// 11.2, solved. The project does the same in datasets/batch.cpp, BatchSource::frames_of.
#include "exercises/exercises.h"

namespace triptych {

std::vector<Index> sub_sequence(Index length, Index count, double u) {
  const Index starts = length >= count ? length - count + 1 : length;
  const auto start = static_cast<Index>(u * static_cast<double>(starts));
  std::vector<Index> frames;
  for (Index k = 0; k < count; ++k) frames.push_back((start + k) % length);
  return frames;
}

}  // namespace triptych
