#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "kernels/ptx/memory.h"
#include "kernels/ptx/module.h"

namespace triptych::ptx {

// Where a kernel may write to global memory, known without running it. An array that no thread of a launch
// writes to has no races, so its loads, most of those of a product, need no shadow.
struct WrittenMemory {
  bool anywhere = true;  // not known
  // Of each store and atomic: from which 8-byte words of the argument block its address is computed, pointers
  // and 64-bit indices alike.
  std::vector<std::vector<std::size_t>> stores;
};

// By following each register back to the parameters that it is computed from. A pointer that is read from
// memory, the address of a variable, or a call of a function that was not inlined: anywhere.
WrittenMemory written_memory(const Kernel& kernel);

// The regions that a launch with this argument block may write to keep their cells, and those of which it is
// noted which words were written (Region::written), since their reads are looked at; the others lose them. A
// store none of whose words points into a region may be to any, unless one is null: an output that is not
// wanted.
void forget_unwritten(const WrittenMemory& written, std::span<const std::byte> arguments,
                      std::vector<Region>& regions);

}  // namespace triptych::ptx
