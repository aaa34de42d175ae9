#pragma once
#include <cstddef>

#include "kernels/emulator/sanitizer.h"

#if !defined(__x86_64__) && !defined(TRIPTYCH_UCONTEXT)
#define TRIPTYCH_UCONTEXT  // no assembly for this processor: the C library's own, slower switch
#endif
#ifdef TRIPTYCH_UCONTEXT
#include <ucontext.h>
#endif

namespace triptych::emulator {

// Memory to run on. Below `low` lies a page that nobody may touch, so that an overflow stops at once.
struct Stack {
  char* low = nullptr;   // the last address that may be used
  char* high = nullptr;  // stacks grow down from here
};

// A thread of execution that is switched by hand: a stack, and the registers that a function call has to
// keep. Those lie on the stack itself, so that what remains of a waiting fiber is one pointer.
class Fiber {
 public:
  // Prepares the fiber to begin in `entry` when it is first switched to. entry must never return.
  void prepare(const Stack& stack, void (*entry)());
  // Goes on in `to`, until somebody switches back. `ends`: this fiber will not be gone on with where it
  // stands.
  static void switch_to(Fiber& from, Fiber& to, bool ends = false);
  // What a fiber's entry does first (the address sanitizer wants to know that it has arrived).
  // `first_home`: the fiber it came from, whose stack is the OS thread's own.
  static void arrived(Fiber& home);
  // Goes on in `to` and forgets where it was: out of a signal handler.
  [[noreturn]] static void leave_to(Fiber& to);

  // This is the OS thread itself: the fiber that others return to.
  void adopt_os_thread();
  // For the thread sanitizer: a fiber that is abandoned in the middle of a call is replaced by a new one.
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

// What the thread sanitizer is told of barriers: everything before a release happened before what follows an
// acquire of the same address. Nothing without it.
void happens_before(void* address);
void happens_after(void* address);

}  // namespace triptych::emulator
