#pragma once
// The kernels of one instruction set, declared from kernels/list.h: a definition with other arguments is
// another function, and the linker says so.
#include "kernels/cpu/simd.h"
#include "kernels/kernels.h"

namespace triptych::cpu::TRIPTYCH_ISA {

#define KERNEL(result, name, parameters) result name parameters;
#define MEMORY_KERNEL(result, name, parameters)
#include "kernels/list.h"

// The table. kernels.cpp adds the entries for memory, which are the same for every instruction set.
extern const Kernels table;

}  // namespace triptych::cpu::TRIPTYCH_ISA
