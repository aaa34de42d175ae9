#pragma once
#include "kernels/emulator/executor.h"

namespace triptych::emulator {

// What a GPU's driver checks of a launch, and one thing that it cannot: that no argument points into the
// host's memory. Both throw Fault.
void check_configuration(const Launch& launch);
void check_pointers(const Launch& launch);

// A kernel may use more than 48 KiB of dynamic shared memory when it was allowed to (cudaFuncSetAttribute).
void allow_dynamic_shared(const void* function, std::size_t bytes);

// The engine that the calling OS thread has chosen (EngineScope). Throws Fault when it is not there.
Executor& current_executor();

}  // namespace triptych::emulator
