#pragma once
#include "engine/tape.h"
#include "reid/report/page/section.h"

namespace triptych {

// The tape of one training step: every node with its op, inputs, shape, bytes and both times, and the lines
// of the ops. Parameters are named by `parameters`.
Section tape_section(const Tape& tape, const ParameterList& parameters);

}  // namespace triptych
