#pragma once
#include <atomic>
#include <stdexcept>

namespace triptych {

// The work was stopped on request; what() says what is kept and how to go on.
struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Set by a signal handler (apps/interrupt.cpp), and by tests; the one state of the process that is written
// after start-up. Long loops outside of training call stop_point() a few times a second, which throws
// Interrupted when the flag is set. Training looks at the flag itself, between two steps, because what it has
// learnt must be saved.
std::atomic<bool>& stop_flag();
inline bool stop_requested() {
  return stop_flag().load(std::memory_order_relaxed);
}
void stop_point();

}  // namespace triptych
