#pragma once
#include <cstddef>

namespace triptych {

// Memory of the processor: `bytes`, aligned to a cache line, or nullptr where there is none left. std::free()
// gives it back.
//
// Blocks of 2 MiB and more ask for huge pages, and nothing is lost where the system refuses. A product that
// reads 75 rows, each 80 KB from the next, meets a new small page at every step, and the processor remembers
// the places of 64 or so. And where small pages lie among the sets of an L2 is chance, which makes one run of
// a program slower than the next.
void* allocate_host(std::size_t bytes);

}  // namespace triptych
