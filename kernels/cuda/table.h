#pragma once
// The kernels of the cuda device, declared from kernels/list.h: a definition with other arguments is another
// function, and the linker says so.
#include "kernels/kernels.h"

namespace triptych::cuda {

#define KERNEL(result, name, parameters) result name parameters;
#include "kernels/list.h"

// The complete table.
const Kernels& kernels();

}  // namespace triptych::cuda
