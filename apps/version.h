#pragma once
#include "reid/experiment/job.h"

namespace triptych {

// The commit this program was built from ("-dirty" when files had changed, "unknown" outside a git checkout)
// and the compiler with its flags. They are written beside every result, so that a number can be made again.
const char* build_commit();
const char* build_flags();

// Both, and the command line as it was typed.
Program this_program();

}  // namespace triptych
