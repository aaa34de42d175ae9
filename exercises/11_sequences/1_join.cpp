// 11.1 From frames to sequences
//
// A camera's images come one by one, in no order: each with its person, its camera, the number of the
// sequence and of the frame. Write `join_frames`: which frames make up each sequence. Frames belong together
// when person, camera and sequence are equal: two people may both have a sequence 1, and one person may
// have a sequence 1 by each camera.
//
// Within a sequence frames are in the order of their numbers, which need not follow each other; sequences
// are in the order of their first frame in the list, the one that comes first there. A frame whose person is
// empty shows a stranger, and nobody knows whether two strangers are one: each is a sequence by itself.
//
// What is below takes each camera's images for one sequence.
#include <map>

#include "exercises/exercises.h"

namespace triptych {

std::vector<std::vector<Index>> join_frames(std::span<const Frame> frames) {
  std::map<int, std::vector<Index>> of_camera;
  for (std::size_t i = 0; i < frames.size(); ++i)
    of_camera[frames[i].camera].push_back(static_cast<Index>(i));
  std::vector<std::vector<Index>> sequences;
  for (const auto& [camera, members] : of_camera) sequences.push_back(members);
  return sequences;
}

}  // namespace triptych
