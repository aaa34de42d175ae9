#include "engine/stop.h"

namespace triptych {

std::atomic<bool>& stop_flag() {
  static std::atomic<bool> flag = false;
  static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing that could lock");
  return flag;
}

void stop_point() {
  if (stop_requested()) throw Interrupted("stopped");
}

}  // namespace triptych
