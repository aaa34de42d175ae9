#include "apps/interrupt.h"

#include <csignal>
#include <cstdlib>
#include <ctime>

namespace triptych {
namespace {

std::atomic<bool> asked_to_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing that could lock");

// `timeout -s INT` and some terminals send the signal twice at once; that is still asking once.
std::atomic<std::time_t> first_time = 0;
static_assert(std::atomic<std::time_t>::is_always_lock_free);
constexpr std::time_t patience = 2;  // seconds

void handle(int) {
  const std::time_t now = std::time(nullptr);  // may be called in a signal handler
  if (!asked_to_stop.exchange(true))
    first_time = now;
  else if (now - first_time >= patience)
    std::_Exit(130);
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
