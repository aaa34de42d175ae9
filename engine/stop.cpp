#include "engine/stop.h"

namespace triptych {

std::atomic<bool>& stop_flag() {
  static std::atomic<bool> flag = false;
  static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing that could lock");
  return flag;
}

namespace {
thread_local int shields = 0;
}

StopShield::StopShield() {
  ++shields;
}
StopShield::~StopShield() {
  --shields;
}

bool stop_shielded() {
  return shields > 0;
}

void stop_point() {
  if (shields == 0 && stop_requested()) throw Interrupted("stopped");
}

}  // namespace triptych
