#pragma once
#include <cstddef>

#include "kernels/emulator/sanitizer.h"

#if !defined(__x86_64__) && !defined(TRIPTYCH_UCONTEXT)
#define TRIPTYCH_UCONTEXT  // no assembly for this processor: the slower switch of the C library
#endif
#ifdef TRIPTYCH_UCONTEXT
#include <ucontext.h>
#endif

namespace triptych::emulator {

// The memory of a stack, with a guard page below `low` that stops an overflow at once.
struct Stack {
  char* low = nullptr;   // the lowest usable address
  char* high = nullptr;  // stacks grow down from here
};

// A thread of execution that is switched explicitly: a stack, and the registers that a function call
// preserves. They are saved on the stack, so a suspended fiber is one pointer.
class Fiber {
 public:
  // Makes the fiber start in `entry` at the first switch to it. entry must never return.
  void prepare(const Stack& stack, void (*entry)());
  // Continues in `to`; returns when a fiber switches back. `ends`: `from` will not be resumed at this point.
  static void switch_to(Fiber& from, Fiber& to, bool ends = false);
  // Must be called first in a fiber's entry (the address sanitizer has to complete the switch). `first_home`:
  // the fiber that it came from, on the OS thread's own stack.
  static void arrived(Fiber& home);
  // Continues in `to` without saving the current state: for signal handlers.
  [[noreturn]] static void leave_to(Fiber& to);

  // Makes this the OS thread itself: the fiber that others return to.
  void adopt_os_thread();
  // For the thread sanitizer: replaces a fiber that is abandoned in the middle of a call.
  void forget();

 private:
#ifdef TRIPTYCH_UCONTEXT
  ucontext_t context_;
#else
  void* stack_pointer_ = nullptr;
#endif
  Stack stack_;
  void* fake_stack_ = nullptr;       // of the address sanitizer
  void* sanitizer_fiber_ = nullptr;  // of the thread sanitizer
};

// Barriers for the thread sanitizer: everything before a release happens before everything after an acquire
// of the same address. Without it they do nothing.
void happens_before(void* address);
void happens_after(void* address);

}  // namespace triptych::emulator
