#include "kernels/emulator/fiber.h"

#include <cstdint>
#include <cstdlib>

#ifdef TRIPTYCH_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef TRIPTYCH_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

#ifndef TRIPTYCH_UCONTEXT
// The complete switch. A call may clobber all registers but rbx, rbp and r12 to r15 (System V ABI), and this
// is a call: those six are pushed onto the stack, the stack pointer is replaced by one that was saved in the
// same way, and `ret` continues there. The floating-point control words are the same in all fibers. About 2
// ns; swapcontext makes a system call for the signal mask and takes ten times as long.
extern "C" void triptych_switch_stack(void** save_stack_pointer, void* to_stack_pointer);
extern "C" [[noreturn]] void triptych_leave_stack(void* to_stack_pointer);
asm(R"(
.pushsection .text
.globl triptych_switch_stack
.hidden triptych_switch_stack
.type triptych_switch_stack, @function
triptych_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rdi
.globl triptych_leave_stack
.hidden triptych_leave_stack
.type triptych_leave_stack, @function
triptych_leave_stack:
  movq %rdi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.popsection
)");
#endif

namespace triptych::emulator {

void Fiber::prepare(const Stack& stack, void (*entry)()) {
  stack_ = stack;
  fake_stack_ = nullptr;
#ifdef TRIPTYCH_THREAD_SANITIZER
  if (!sanitizer_fiber_) sanitizer_fiber_ = __tsan_create_fiber(0);
#endif
#ifdef TRIPTYCH_UCONTEXT
  getcontext(&context_);
  context_.uc_stack = {stack.low, 0, static_cast<std::size_t>(stack.high - stack.low)};
  context_.uc_link = nullptr;
  makecontext(&context_, entry, 0);
#else
  // The stack as triptych_switch_stack would leave it if called from a function whose return address is
  // `entry`: six registers, entry, and a return address of 0, at which a debugger ends its backtrace. At
  // `entry` the stack pointer is 8 modulo 16, as after a call.
  void** top = reinterpret_cast<void**>(reinterpret_cast<std::uintptr_t>(stack.high) & ~std::uintptr_t(15));
  *--top = nullptr;
  *--top = reinterpret_cast<void*>(entry);
  for (int i = 0; i < 6; ++i) *--top = nullptr;
  stack_pointer_ = top;
#endif
}

void Fiber::switch_to(Fiber& from, Fiber& to, [[maybe_unused]] bool ends) {
#ifdef TRIPTYCH_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(ends ? nullptr : &from.fake_stack_, to.stack_.low,
                                 static_cast<std::size_t>(to.stack_.high - to.stack_.low));
#endif
#ifdef TRIPTYCH_THREAD_SANITIZER
  // A switch orders nothing: on a GPU these are two threads. Only barriers order (happens_before).
  __tsan_switch_to_fiber(to.sanitizer_fiber_, __tsan_switch_to_fiber_no_sync);
#endif
#ifdef TRIPTYCH_UCONTEXT
  swapcontext(&from.context_, &to.context_);
#else
  triptych_switch_stack(&from.stack_pointer_, to.stack_pointer_);
#endif
#ifdef TRIPTYCH_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(from.fake_stack_, nullptr, nullptr);
#endif
}

void Fiber::arrived([[maybe_unused]] Fiber& home) {
#ifdef TRIPTYCH_ADDRESS_SANITIZER
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(nullptr, &bottom, &size);
  if (home.stack_.low) return;  // already known; and this switch may come from another fiber
  home.stack_.low = static_cast<char*>(const_cast<void*>(bottom));
  home.stack_.high = home.stack_.low + size;
#endif
}

void Fiber::leave_to(Fiber& to) {
#ifdef TRIPTYCH_UCONTEXT
  setcontext(&to.context_);
  std::abort();
#else
  triptych_leave_stack(to.stack_pointer_);
#endif
}

void Fiber::adopt_os_thread() {
#ifdef TRIPTYCH_THREAD_SANITIZER
  sanitizer_fiber_ = __tsan_get_current_fiber();
#endif
}

void Fiber::forget() {
#ifdef TRIPTYCH_THREAD_SANITIZER
  if (sanitizer_fiber_) __tsan_destroy_fiber(sanitizer_fiber_);
#endif
  sanitizer_fiber_ = nullptr;
}

void happens_before([[maybe_unused]] void* address) {
#ifdef TRIPTYCH_THREAD_SANITIZER
  __tsan_release(address);
#endif
}

void happens_after([[maybe_unused]] void* address) {
#ifdef TRIPTYCH_THREAD_SANITIZER
  __tsan_acquire(address);
#endif
}

}  // namespace triptych::emulator
