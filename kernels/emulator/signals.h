#pragma once
#include <string>

// A GPU thread that accesses an invalid address hits an unmapped page (after every allocation, below every
// stack), and the processor raises SIGSEGV. The handler does not return to the kernel: it switches to the
// fiber of the OS thread, which reports the fault. If the signal comes from code other than a GPU thread, the
// program ends as usual, after a message if the address is device memory. (With a sanitizer the sanitizer
// keeps the signal.)
namespace triptych::emulator {

// Called before every launch: a test framework may have replaced the handler since.
void handle_signals();
// Called on every OS thread that runs blocks: the signal may be caused by a full stack.
void give_signals_a_stack();

// "kernels/cuda/gemm.cu:88" for an instruction of this program, empty without debug information (-g) or
// addr2line.
std::string source_of(const void* instruction);

// block.cpp, for the handler.
bool is_on_gpu_thread();
[[noreturn]] void leave_kernel_with_bad_address(const void* address, const void* instruction);

}  // namespace triptych::emulator
