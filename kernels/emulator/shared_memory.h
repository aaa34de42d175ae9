#pragma once
#include <cstddef>

#include "kernels/emulator/executor.h"
#include "kernels/emulator/symbols.h"

// The shared memory of blocks. It is initialised with NaN, because on a GPU its initial content is undefined.
//
// A static array, `__shared__ float tile[32][33]`, is a static thread_local variable of the program. It has
// no constructor that could fill it, but its symbol gives its address in the memory of the OS thread and its
// size (symbols.h). The arrays of the kernel itself are filled before every block, those of the device
// functions that it may call before its first block on an OS thread.
namespace triptych::emulator {

// The largest dynamic shared memory without opt-in (cudaFuncAttributeMaxDynamicSharedMemorySize), and with
// it.
inline constexpr std::size_t shared_limit = 48 << 10, shared_limit_opt_in = 227 << 10;

// Behind the dynamic shared memory: an access there is out of bounds, and nothing else.
inline constexpr std::size_t dynamic_shared_slack = 4096;

char* allocate_dynamic_shared(std::size_t bytes);
// Before each block.
void forget(std::span<const SharedArray> arrays);
void forget(void* dynamic, std::size_t bytes);
// Before an OS thread's first block of a launch.
inline void forget_all_shared_memory() {
  forget(all_shared_arrays());
}
// The static shared memory of a kernel, in bytes.
std::size_t static_shared_bytes(const Launch& launch);

}  // namespace triptych::emulator
