#pragma once
#include "kernels/emulator/executor.h"
#include "kernels/emulator/options.h"

namespace triptych::emulator {

// Runs all blocks of a launch, in the given order, on the OS threads: each takes the next block when it has
// finished one. Returns when all have run; throws the Fault of the earliest faulty block.
void run_grid(const Launch& launch, const Order& order);

// The engine of --device emulator. With options().schedules > 1 it runs each launch in that many orders and
// compares the results (schedules.cpp).
Executor& fibers();

}  // namespace triptych::emulator
