#pragma once
#include <cstddef>

namespace triptych {

// Allocates `bytes` of host memory, aligned to a cache line; nullptr when memory is exhausted. Free it with
// std::free().
//
// Blocks of 2 MiB and more request huge pages (madvise); a refusal by the system is harmless. A product that
// reads 75 rows with a distance of 80 KB touches a new 4 KiB page at every step, and the L1 TLB has about 64
// entries. Small pages also map to the sets of a physically indexed L2 at random, which makes one run of a
// program slower than the next.
void* allocate_host(std::size_t bytes);

}  // namespace triptych
