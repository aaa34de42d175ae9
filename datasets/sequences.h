#pragma once
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace triptych {

// The set with a sample for each sequence in place of one for each frame: what one camera saw of one person
// in one go is one example, in training as in testing. Its frames are in Dataset::frames, in the order of
// their numbers; frames without a number, and images without a sequence, stand in the order of the set, the
// latter as sequences of one frame. A set without any sequence, or with a frame that is there twice: Error
// with what to do.
Dataset join_sequences(const Dataset& frames);

// The samples of each sequence, in order; images without one are left out.
std::vector<std::vector<Index>> tracks_of(const Dataset& dataset);

// "sequences    240, with 16 to 16 frames", and nothing for a set of single images.
std::string sequence_summary(const Dataset& dataset);

}  // namespace triptych
