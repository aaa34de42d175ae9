#pragma once
#include <atomic>
#include <stdexcept>

namespace triptych {

// The work was stopped on request; what() says what was saved and how to continue.
struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Set by a signal handler (apps/interrupt.cpp) and by tests; the only global state that changes after
// start-up. Long loops outside of training call stop_point() a few times per second, which throws Interrupted
// if the flag is set. Training checks the flag itself, between two steps, because it has to save its state
// first.
std::atomic<bool>& stop_flag();
inline bool stop_requested() {
  return stop_flag().load(std::memory_order_relaxed);
}
void stop_point();

bool stop_shielded();  // on this thread, by the following

// While one lives, stop_point() of this thread does nothing: for a short piece of work that must be finished.
class StopShield {
 public:
  StopShield();
  ~StopShield();
  StopShield(const StopShield&) = delete;
  StopShield& operator=(const StopShield&) = delete;
};

}  // namespace triptych
