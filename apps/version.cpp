#include "apps/version.h"

#include "apps/invocation.h"

namespace triptych {

// The Makefile defines both names for this file alone, so that a commit recompiles nothing else.
const char* build_commit() {
  return TRIPTYCH_COMMIT;
}
const char* build_flags() {
  return TRIPTYCH_FLAGS;
}

Program this_program() {
  return {invocation(), build_commit(), build_flags()};
}

}  // namespace triptych
