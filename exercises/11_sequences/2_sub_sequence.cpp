// 11.2 A part of a sequence
//
// Sequences have 20 to 200 frames, a batch has room for `count` of each. Write `sub_sequence`: the places of
// `count` consecutive frames of a sequence of `length` frames. u is a random number, 0 <= u < 1, and decides
// where they begin: every start from which all of them are there is equally likely.
//
// A sequence with fewer frames than `count` begins at any of its frames, and begins again at its end: a walk
// goes on, and a frame that is there twice in a row would be somebody standing still.
//
// What is below takes frames from all over the sequence.
#include "exercises/exercises.h"

namespace triptych {

std::vector<Index> sub_sequence(Index length, Index count, double u) {
  static_cast<void>(u);
  std::vector<Index> frames;
  for (Index k = 0; k < count; ++k) frames.push_back(k * length / count);
  return frames;
}

}  // namespace triptych
