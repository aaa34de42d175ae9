#pragma once
#include "kernels/emulator/executor.h"

namespace triptych::emulator {

// The checks that a GPU's driver makes of a launch, and one that it cannot make: no argument points to host
// memory. Both throw Fault.
void check_configuration(const Launch& launch);
void check_pointers(const Launch& launch);

// Allows a kernel more than 48 KiB of dynamic shared memory (cudaFuncSetAttribute).
void allow_dynamic_shared(const void* function, std::size_t bytes);

// The engine that the calling OS thread has selected (EngineScope). Throws Fault when it is not available.
Executor& current_executor();

}  // namespace triptych::emulator
