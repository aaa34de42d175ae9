#pragma once
#include <string>

#include "engine/tape.h"

namespace triptych {

// A tape as people read it: one line a node with its number, op, inputs, output shape, bytes, whether a gradient flows
// and, with Tape::profile, both times.
std::string tape_table(const Tape& tape);
std::string tape_graphviz(const Tape& tape);  // the same as a graph for `dot`
// Time by op name, most expensive first, forward and backward, with its share of the whole. Needs Tape::profile.
std::string tape_profile(const Tape& tape);

}  // namespace triptych
