#pragma once
#include <string>

// A GPU thread that touches memory it may not touch runs into a page that is not there (behind every
// allocation, below every stack), and the processor raises SIGSEGV. The handler does not return to the
// kernel: it leaves for the fiber of the OS thread, which says what happened. Touched by anybody else than a
// GPU thread, the signal ends the program as ever, after a sentence when the address is device memory. (With
// a sanitizer the signal stays the sanitizer's.)
namespace triptych::emulator {

// Before every launch: somebody else (a test framework) may have put its own handler in place since.
void handle_signals();
// On every OS thread that runs blocks: the reason for a signal may be that the stack is full.
void give_signals_a_stack();

// "kernels/cuda/gemm.cu:88" for an instruction of this program, empty without debug information (-g) or
// addr2line.
std::string source_of(const void* instruction);

// block.cpp, for the handler.
bool is_on_gpu_thread();
[[noreturn]] void leave_kernel_with_bad_address(const void* address, const void* instruction);

}  // namespace triptych::emulator
