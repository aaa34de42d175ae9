#pragma once
#include <map>

#include "kernels/ptx/instruction.h"
#include "kernels/ptx/module.h"

namespace triptych::ptx {

// The addresses of a module's constant and global variables in this program, by name.
using Addresses = std::map<std::string_view, std::uint64_t>;

// Resolves every name of a kernel and finds the function behind every opcode, so that execution needs no
// lookup. Throws Fault for an unsupported instruction; the message names the instruction, the kernel and the
// source line.
Code decode(const Module& module, const Kernel& kernel, const Addresses& variables);

}  // namespace triptych::ptx
