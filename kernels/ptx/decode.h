#pragma once
#include <map>

#include "kernels/ptx/instruction.h"
#include "kernels/ptx/module.h"

namespace triptych::ptx {

// Where the constant and global variables of a module are in this program's memory, by name.
using Addresses = std::map<std::string_view, std::uint64_t>;

// Resolves every name of a kernel and finds the function behind every opcode, so that running it looks
// nothing up. Throws Fault for what this interpreter does not know: it names the instruction, the kernel and
// the source line.
Code decode(const Module& module, const Kernel& kernel, const Addresses& variables);

}  // namespace triptych::ptx
