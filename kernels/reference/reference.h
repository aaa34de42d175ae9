#pragma once
#include "kernels/kernels.h"

// The functions behind reference::kernels, declared from kernels/list.h, which gives the formula, the shapes
// and the layout of each: the contract is written down once.
namespace triptych::reference {

#define KERNEL(result, name, parameters) result name parameters;
#include "kernels/list.h"

}  // namespace triptych::reference
