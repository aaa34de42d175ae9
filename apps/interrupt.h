#pragma once
#include "engine/stop.h"

namespace triptych {

// From now on Ctrl-C (SIGINT), SIGTERM, a terminal that hangs up (SIGHUP) and a reader of the output that has
// gone (SIGPIPE) set stop_flag() (engine/stop.h): the work stops at its next stop point, saves, and ends with
// status 130. Output whose reader has gone is dropped. Asking again, two seconds later or more, ends the
// program immediately. Commands that have nothing to save do not call this: a signal ends them.
void catch_interrupts();
inline const std::atomic<bool>& interrupt_flag() {
  return stop_flag();
}

}  // namespace triptych
