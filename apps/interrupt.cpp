#include "apps/interrupt.h"

#include <csignal>
#include <cstdlib>

namespace triptych {
namespace {

std::atomic<bool> asked_to_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing that could lock");

void handle(int) {
  if (asked_to_stop.exchange(true)) std::_Exit(130);
}

}  // namespace

const std::atomic<bool>& interrupt_flag() {
  return asked_to_stop;
}

void catch_interrupts() {
  std::signal(SIGINT, handle);
  std::signal(SIGTERM, handle);
}

}  // namespace triptych
