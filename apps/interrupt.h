#pragma once
#include <atomic>
#include <stdexcept>

namespace triptych {

// Ctrl-C (SIGINT) and SIGTERM ask once and politely: this flag goes up, and whoever works finishes the step,
// saves and throws Interrupted. Whoever asks again, two seconds later or more, ends the program at once. Only
// commands that look at the flag catch the signals; the others just end.
const std::atomic<bool>& interrupt_flag();
void catch_interrupts();

// The work was stopped on request; what() says what is kept and how to go on. The program ends with status
// 130.
struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace triptych
